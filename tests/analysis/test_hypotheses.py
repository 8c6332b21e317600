"""The registered file, and what its loader refuses."""

import re
import shutil

import pytest

from analysis.hypotheses import REGISTERED, HypothesisError, load


@pytest.fixture
def edited(tmp_path):
    """The registered file with one passage replaced."""

    def write(old, new, count=1):
        text = REGISTERED.read_text("utf-8")
        assert old in text
        path = tmp_path / "hypotheses.toml"
        path.write_text(text.replace(old, new, count), "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("name", "purpose", "axes", "window", "lags"),
    [
        ("goods-exploratory", "exploratory", ("goods",), 12, (10, 24)),
        ("goods-exploratory-long", "exploratory", ("goods",), 18, (10, 18)),
        ("goods-confirmatory", "confirmatory", ("goods",), 12, (35, 41)),
        ("technology-exploratory", "exploratory", ("technology",), 12, (5, 9)),
        ("two-axis-exploratory", "exploratory", ("goods", "technology"), 12, (5, 9)),
        ("two-axis-shape", "descriptive", ("goods", "technology"), 12, (35, 41)),
        ("rehearsal-korea-technology", "rehearsal", ("technology",), 12, (5, 18)),
    ],
)
def test_a_hypothesis_is_registered(registered, name, purpose, axes, window, lags):
    found = registered(name)
    assert (found.purpose, found.window_years, found.lags) == (purpose, window, lags)
    assert tuple(axis.name for axis in found.axes) == axes
    assert found.has_test == (purpose != "descriptive")


def test_a_registered_unit_is_part_of_the_digest(edited):
    old = load().hypotheses["rehearsal-korea-technology"]
    assert old.registered_scale == (0.2927,)
    path = edited("yearly_step = 0.2927", "yearly_step = 0.3")
    new = load(path).hypotheses["rehearsal-korea-technology"]
    assert new.registered_scale == (0.3,)
    assert new.digest != old.digest
    assert load(path).digest != load().digest


def test_a_scale_is_registered_for_all_axes_or_for_none(edited):
    one = '{ name = "goods", scope = "components", definition = "wto_mamtotic"'
    path = edited(f"    {one} }}", f"    {one}, yearly_step = 0.1 }}")
    assert load(path).hypotheses["two-axis-exploratory"].registered_scale is None


def test_lags_start_at_five_where_there_is_a_test():
    assert all(h.lags[0] >= 5 for h in load().hypotheses.values() if h.has_test)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alpha = 0.10", "alpha_share = 0.10", "rule: unknown name 'alpha_share'"),
        ("alpha = 0.10", "", "rule: alpha is missing"),
        ("alpha = 0.10", "alpha = 1.5", r"alpha = 1.5 must be above 0 and up to 1"),
        ("alpha = 0.10", "alpha = 0.04", "alpha 0.04 cannot be reached with 19 donors"),
        ("lags = [10, 24]", "lags = [24, 10]", "the first not above the second"),
        ("lags = [10, 24]", "lags = [-1, 24]", "two whole numbers from 0"),
        ("lags = [10, 24]", "lags = [10]", "two whole numbers from 0"),
        ("window_years = 12", "window_years = 4", "a whole number from 8"),
        ("yearly_step = 0.2927", "yearly_step = 0", "above 0 and up to 2"),
        ('target = "TWN"', 'target = "Taiwan"', "three capital letters"),
        ('name = "goods"', 'name = "good"', "one or more of goods, technology"),
        ('name = "goods"', 'nome = "goods"', "unknown name 'nome'"),
        ('ranking = "own_steps"', 'ranking = "nearest"', "one of own_steps"),
        ('purpose = "exploratory"', 'purpose = "fishing"', "one of confirmatory"),
        ("[0.5, 0.2]", "[0.2, 0.5]", "descending shares"),
        ("blocks = [3, 2, 4]", "blocks = [3, 0]", "a whole number from 1"),
        ("[context]", "[kontext]", "unknown name 'kontext'"),
        ("[rule]", "[rule", "hypotheses.toml: "),
    ],
)
def test_an_unknown_name_or_an_impossible_value_stops_with_one_line(
    edited, old, new, said
):
    with pytest.raises(HypothesisError, match=re.escape(said)) as caught:
        load(edited(old, new))
    assert str(caught.value).startswith("hypotheses.toml: ")
    assert "\n" not in str(caught.value)


def test_a_missing_part_of_the_file_is_named(tmp_path):
    path = tmp_path / "hypotheses.toml"
    path.write_text("", "utf-8")
    with pytest.raises(HypothesisError, match="context is missing"):
        load(path)


def test_the_digest_is_of_the_values_not_of_the_bytes(edited, tmp_path):
    before = load()
    assert load(edited("[rule]", "# a remark\n[rule]")).digest == before.digest
    copy = tmp_path / "copy.toml"
    shutil.copy(REGISTERED, copy)
    assert load(copy).digest == before.digest


def test_a_changed_rule_changes_every_digest(edited):
    before, after = load(), load(edited("bends_minimum = 0.30", "bends_minimum = 0.31"))
    assert before.digest != after.digest
    assert all(
        hypothesis.digest != after.hypotheses[name].digest
        for name, hypothesis in before.hypotheses.items()
    )


def test_a_changed_band_changes_one_digest(edited):
    before, after = load(), load(edited("lags = [35, 41]", "lags = [35, 40]"))
    changed = {
        name
        for name, hypothesis in before.hypotheses.items()
        if hypothesis.digest != after.hypotheses[name].digest
    }
    assert changed == {"goods-confirmatory"}
