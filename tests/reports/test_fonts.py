"""The typeface is the pinned one, cut to what a brief uses, and cached."""

import pytest
from fontTools.ttLib import TTFont

from reports import fonts

TEXT = "Taiwan 臺灣 ‘quoted’ “twice” −1.75"


@pytest.fixture(scope="module")
def faces(font_cache):
    return fonts.faces(TEXT, font_cache)


def test_both_weights_hold_every_character(faces):
    assert [face.weight for face in faces] == [400, 700]
    for face in faces:
        with TTFont(face.ttf) as font:
            assert set(map(ord, TEXT)) <= set(font.getBestCmap())
            assert "fvar" not in font
            assert font["OS/2"].usWeightClass == face.weight
            assert font["name"].getDebugName(1) == fonts.FAMILY


def test_curly_quotes_are_narrow(faces):
    with TTFont(faces[0].ttf) as font:
        cmap, widths = font.getBestCmap(), font["hmtx"]
        em = font["head"].unitsPerEm
        assert widths[cmap[ord("’")]][0] < em / 2
        assert widths[cmap[ord("臺")]][0] == em


def test_the_cache_is_used_and_depends_on_the_characters(faces, font_cache):
    stamp = faces[0].ttf.stat().st_mtime_ns
    again = fonts.faces(TEXT, font_cache)
    assert again == faces
    assert faces[0].ttf.stat().st_mtime_ns == stamp
    assert fonts.faces(TEXT + "雁", font_cache) != faces


def test_the_same_characters_give_the_same_bytes(faces, tmp_path):
    for one, two in zip(faces, fonts.faces(TEXT, tmp_path), strict=True):
        assert one.ttf.read_bytes() == two.ttf.read_bytes()
    slims = [
        fonts.slim(whole, "臺灣", "臺", folder)
        for whole, folder in ((faces, tmp_path / "one"), (faces, tmp_path / "two"))
    ]
    for one, two in zip(*slims, strict=True):
        assert one.woff2.read_bytes() == two.woff2.read_bytes()


def test_no_draft_is_left_behind(faces):
    assert {p.suffix for p in faces[0].ttf.parent.iterdir()} == {".ttf"}


def test_a_character_it_lacks_stops_the_cut(tmp_path):
    with pytest.raises(fonts.FontError, match=r"U\+D55C"):
        fonts.faces("한", tmp_path)


def test_another_font_under_the_same_name_is_refused(monkeypatch):
    monkeypatch.setattr(fonts, "SOURCE_SHA256", "0" * 64)
    fonts._check.cache_clear()
    with pytest.raises(fonts.FontError, match="digest"):
        fonts.source()


def test_a_page_carries_its_own_characters_only(faces, tmp_path):
    slim = fonts.slim(faces, "臺灣 1.75’", "臺", tmp_path)
    for face, whole, own in zip(slim, faces, ("臺灣’", "臺"), strict=True):
        assert face.weight == whole.weight
        assert face.woff2.stat().st_size < whole.ttf.stat().st_size / 2
        with TTFont(face.woff2) as font:
            assert set(font.getBestCmap()) == set(fonts.ALWAYS) | set(map(ord, own))
            assert font["name"].getDebugName(1) == fonts.FAMILY


def test_slimming_again_finds_the_cut_made_before(faces, tmp_path):
    (first, _), (again, _) = (fonts.slim(faces, "臺", "", tmp_path) for _ in range(2))
    assert first == again
