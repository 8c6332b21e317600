"""Every colour that carries text can be read on its paper."""

import pytest

from reports.palette import DARK, LIGHT, TEXT_ROLES


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("role", TEXT_ROLES)
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_text_stands_out_from_its_ground(palette, role, ground):
    assert contrast(palette[role], palette[ground]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("role", ["japan", "taiwan", "other"])
def test_rank_numbers_stand_out_from_their_discs(palette, role):
    assert contrast(palette["paper"], palette[role]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_lines_can_be_seen(palette):
    assert contrast(palette["link"], palette["paper"]) >= 3


def test_each_colour_has_one_role():
    for palette in (LIGHT, DARK):
        assert len(set(palette.values())) == len(palette)
        assert "#000000" not in palette.values()
    assert LIGHT.keys() == DARK.keys()
