"""What changed between two versions goes in; the sentences and tables come out."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reports.facts.change_facts import Attribution, ChangedPoint, Changes, Group
from reports.facts.figures import Figure
from reports.words.phrases import Phrase, phrase, phrase_list

SHOWN_TABLES = 5
GROUPS = ("new_data", "revision", "method")


@dataclass(frozen=True)
class Part:
    """One of the three tables: what it is, how many, and the largest."""

    name: str
    title: Phrase
    said: Phrase
    largest: tuple[ChangedPoint, ...]


def intro(changes: Changes | None, as_of: dt.date | None) -> tuple[Phrase, ...]:
    """Say with what this brief is compared, and whether anything changed at all."""
    if as_of:
        return (phrase("changes.as_of"),)
    if changes is None:
        return (phrase("changes.first"),)
    said = [phrase("changes.since", version=changes.version, day=changes.published_on)]
    if not changes.is_separable:
        said.append(phrase("changes.inseparable"))
    return (*said, *_verdict(changes))


def _verdict(changes: Changes) -> tuple[Phrase, ...]:
    if not changes.new_class:
        return ()
    now = phrase(f"classes.{changes.new_class}")
    if changes.old_class == changes.new_class:
        return (phrase("changes.verdict_same", now=now),)
    if not changes.old_class:
        return (phrase("changes.verdict_new", now=now),)
    before = phrase(f"classes.{changes.old_class}")
    return (phrase("changes.verdict_flipped", before=before, now=now),)


def parts(changes: Changes | None) -> tuple[Part, ...]:
    """Return the tables: new data, revisions, and the method's effect."""
    if changes is None:
        return ()
    groups = (changes.new_data, changes.revision, changes.method)
    return tuple(_part(name, group) for name, group in zip(GROUPS, groups, strict=True))


def _part(name: str, group: Group) -> Part:
    key = f"changes.{name}_{'none' if not group.count else 'said'}"
    count = Figure("", group.count, "count")
    shown = Figure("", len(group.largest), "count")
    said = phrase(key, count=count, shown=shown)
    return Part(name, phrase(f"changes.{name}"), said, group.largest)


def level(one: ChangedPoint) -> Phrase | None:
    """Say whether a revision moved a ratio to another level; None without a level."""
    if not one.old_level or not one.new_level:
        return None
    now = phrase(f"technology.{one.new_level}")
    if one.old_level == one.new_level:
        return phrase("changes.level_same", now=now)
    before = phrase(f"technology.{one.old_level}")
    return phrase("changes.level_flipped", before=before, now=now)


def code(changes: Changes | None) -> tuple[Phrase, ...]:
    """Name what else differs: marts rebuilt by our code, and digests."""
    if changes is None:
        return ()
    said = [
        phrase(
            "changes.digest",
            what=phrase(f"changes.of_{name}"),
            old=old[:12],
            new=new[:12],
        )
        for name, old, new in changes.digests
    ]
    if changes.tables:
        shown = changes.tables[:SHOWN_TABLES]
        names = [phrase("changes.table", name=name) for name in shown]
        tables = phrase_list(names, "lists.comma")
        count = Figure("", len(changes.tables), "count")
        key = "tables" if len(changes.tables) <= SHOWN_TABLES else "tables_more"
        said.append(phrase(f"changes.{key}", count=count, tables=tables))
    return tuple(said) or (phrase("changes.code_same"),)


@dataclass(frozen=True)
class Sum:
    """One headline ratio and why it moved; `said` where nothing did."""

    name: Phrase
    old: Figure
    new: Figure
    old_period: str
    new_period: str
    parts: tuple[Figure, ...]
    said: Phrase | None


def sums(changes: Changes | None) -> tuple[Sum, ...]:
    """Return the identity of each headline ratio: total, then its three parts."""
    return tuple(map(_sum, changes.attributions)) if changes else ()


def _sum(one: Attribution) -> Sum:
    whole = (one.total, one.new_data, one.revision, one.method)
    is_unchanged = not any(whole) and one.old_period == one.new_period
    return Sum(
        name=phrase("flash.series", economy=one.economy, product=one.product),
        old=one.old,
        new=one.new,
        old_period=one.old_period,
        new_period=one.new_period,
        parts=tuple(map(_points, whole)),
        said=phrase("changes.unchanged") if is_unchanged else None,
    )


def _points(value: Decimal | None) -> Figure:
    return Figure("", None if value is None else float(value), "log_points")
