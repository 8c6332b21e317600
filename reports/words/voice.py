"""A catalogue speaks: phrases go in, sentences of one language come out."""

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from babel import Locale

from reports.facts.figures import Figure
from reports.facts.text import MEETING
from reports.words.numbers import day, month, percent, show
from reports.words.phrases import Phrase

CATALOGUES = Path(__file__).with_name("messages")


@dataclass(frozen=True)
class Printed:
    """A figure and the characters it is printed in."""

    figure: Figure
    text: str


@cache
def catalogue(language: str) -> dict:
    """Return the messages of one language, nested as in its file."""
    return tomllib.loads((CATALOGUES / f"{language}.toml").read_text("utf-8"))


class Voice:
    """Writes phrases in one language. Raises `KeyError` for an unknown key or slot."""

    def __init__(self, language: str) -> None:
        self.messages = catalogue(language)
        self.locale = Locale.parse(self.messages["locale"])
        self.tag: str = self.messages["language_tag"]
        self.gap: str = self.messages["sentence_gap"]

    def __call__(self, key: str, **slots: object) -> str:
        """Write a message without figures."""
        return "".join(self.text_of(part) for part in self.parts(key, slots))

    def characters(self) -> str:
        """Return every text of the catalogue, for the choice of glyphs."""
        return "".join(strings(self.messages))

    def has(self, key: str) -> bool:
        """Whether the catalogue has a message."""
        section, _, name = key.partition(".")
        return name in self.messages.get(section, {})

    def say(self, phrase: Phrase) -> list[str | Printed]:
        """Write a phrase as a run of plain text and printed figures."""
        return list(self.parts(phrase.key, dict(phrase.slots)))

    def plain(self, phrase: Phrase) -> str:
        """Write a phrase as plain text."""
        return "".join(map(self.text_of, self.say(phrase)))

    def show(self, figure: Figure) -> str:
        """Write a figure in digits."""
        return show(figure, self.locale)

    def short(self, name: str) -> str:
        """Return a company's name as a chart has room for it."""
        return self.messages["short_names"].get(name, name)

    def unit(self, currency: str) -> str:
        """Name the unit that money in this currency is printed in."""
        key = f"units.{currency}"
        return self(key) if self.has(key) else self("units.other", currency=currency)

    def join(self, parts: list[str]) -> str:
        """Join names with the separator of the language."""
        return str(self.messages["list_separator"]).join(parts)

    def parts(self, key: str, slots: dict) -> Iterator[str | Printed]:
        """Yield the text and the figures of a message, slots filled."""
        before = ""
        for part in self.filled(key, slots):
            after = self.text_of(part)
            if MEETING.search(before[-1:] + after[:1]):
                yield " "
            yield part
            before = after or before

    def filled(self, key: str, slots: dict) -> Iterator[str | Printed]:
        """Yield the parts of a message as they come, names touching their text."""
        section, _, name = key.partition(".")
        for text, slot, spec, _ in Formatter().parse(self.messages[section][name]):
            if text:
                yield text
            if slot:
                yield from self.fill(slots[slot], spec or "")

    def fill(self, value: object, spec: str) -> Iterator[str | Printed]:
        """Yield what a slot holds, written out."""
        if isinstance(value, Phrase):
            yield from self.say(value)
        elif isinstance(value, Figure) and spec == "percent":
            # It says again what the figure in log points beside it says.
            yield percent(value, self.locale)
        elif isinstance(value, Figure):
            yield Printed(value, self.figure(value, spec))
        elif isinstance(value, dt.date):
            yield (month if spec == "month" else day)(value, self.locale)
        else:
            yield inner(str(value)) if spec == "inner" else str(value)

    def figure(self, figure: Figure, spec: str) -> str:
        """Write a figure; `word` and `Word` spell small counts out."""
        words = self.messages["count_words"]
        if not spec or figure.value is None or not 0 <= figure.value < len(words):
            return self.show(figure)
        word: str = words[int(figure.value)]
        return word[0].upper() + word[1:] if spec == "Word" else word

    @staticmethod
    def text_of(part: str | Printed) -> str:
        """Return the characters of a part."""
        return part if isinstance(part, str) else part.text


def inner(name: str) -> str:
    """Write a name as it stands within a sentence: no capital of its own."""
    return name[:1].lower() + name[1:]


def strings(value: object) -> Iterator[str]:
    """Walk a catalogue and yield what it can print."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        yield from value
