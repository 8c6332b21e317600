"""The two catalogues hold the same messages with the same slots."""

import re
from string import Formatter

import pytest

from reports.brief import LANGUAGES
from reports.facts.figures import figure
from reports.words.phrases import phrase
from reports.words.voice import Voice, catalogue, strings

FORBIDDEN = ("證實", "必然", "caused", "will decline", "proves")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
# Words that a Taiwanese editor would strike out.
MAINLAND = ("数据", "數據庫", "質量", "信息", "台灣", "芯片", "默認")


def messages(language):
    """Message key to its text, names apart: those differ by their nature."""
    found = {}
    for section, value in catalogue(language).items():
        if isinstance(value, dict) and section != "short_names":
            for name, text in value.items():
                whole = " ".join(text) if isinstance(text, list) else text
                found[f"{section}.{name}"] = whole
        else:
            found[section] = ""
    return found


def slots(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_has_every_message():
    english, chinese = messages("en"), messages("zh-TW")
    assert english.keys() == chinese.keys()
    assert len(english) > 150


def test_messages_have_the_same_slots_in_every_language():
    english, chinese = messages("en"), messages("zh-TW")
    differing = {k for k in english if slots(english[k]) != slots(chinese[k])}
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_says_more_than_data_can(language):
    text = "\n".join(strings(catalogue(language))).lower()
    assert not [word for word in FORBIDDEN if word in text]


def test_chinese_uses_its_own_marks_and_words():
    text = "\n".join(messages("zh-TW").values())
    assert not HALF_WIDTH.findall(text)
    assert not [word for word in MAINLAND if word in text]
    assert not set("“”‘’") & set(text)


def test_small_counts_are_spelled_out():
    six = figure("m.c", 6, "count", k=1)
    one = figure("m.c", 1, "count", k=2)
    said = phrase("ranks.fell", first=six, last=one)
    assert Voice("en").plain(said) == "From six Japanese makers in the top ten to one"
    assert Voice("zh-TW").plain(said) == "前十名中的日本廠商由六家減為一家"


def test_large_and_missing_counts_are_not_spelled_out():
    many = figure("m.c", 11, "count", k=1)
    none = figure("m.c", None, "count", k=2)
    said = phrase("ranks.fell", first=many, last=none)
    assert Voice("en").plain(said).startswith("From 11 Japanese makers")
    assert Voice("en").plain(said).endswith("to –")


def test_a_name_never_touches_the_characters_around_it():
    said = phrase("top.merged_from", name="NEC")
    assert Voice("zh-TW").plain(said) == "源自 NEC"


def test_an_unknown_message_is_an_error():
    with pytest.raises(KeyError):
        Voice("en").plain(phrase("headline.nonsense"))
