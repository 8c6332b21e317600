import pytest

from orchestration import settings
from orchestration.settings import SettingsError


def _load(tmp_path, text):
    file = tmp_path / "geese.toml"
    file.write_text(text, encoding="utf-8")
    return settings.load(file)


def test_without_a_file_the_defaults_hold(tmp_path):
    found = settings.load(tmp_path / "geese.toml")
    assert found.data == tmp_path / "data"
    assert found.languages == ("zh-TW", "en")


def test_the_shipped_file_is_valid_and_says_the_defaults():
    shipped = settings.load(settings.CHECKOUT / "geese.toml")
    assert shipped == settings.Settings()


def test_paths_are_relative_to_the_file(tmp_path):
    found = _load(tmp_path, 'data = "elsewhere"')
    assert found.latest == tmp_path / "elsewhere" / "published" / "latest.duckdb"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mode = ", "Invalid value"),
        ('mod = "embedded"', "unknown setting 'mod'; known: data, mode"),
        ('mode = "alive"', "setting 'mode'"),
        ('languages = ["fr"]', "setting 'languages.0'"),
        ('refresh_cron = "daily"', "not a cron line"),
        ('refresh_cron = "a b c d e"', "not a cron line"),
        ('languages = ["en", "en"]', "each once"),
        ("languages = []", "each once"),
        ("data = 7", "setting 'data': not a path"),
    ],
)
def test_a_wrong_setting_gets_one_clear_line(tmp_path, text, said):
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, text)
    assert said in str(caught.value)
    assert "geese.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_was_named_must_exist(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(tmp_path / "geese.toml", must_exist=True)


def test_a_folder_or_another_encoding_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(tmp_path)
    file = tmp_path / "geese.toml"
    file.write_bytes("data = '資料'".encode("big5"))
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(file)
