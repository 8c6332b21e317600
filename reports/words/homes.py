"""Facts go in; the shares of the firms' homes come out: a chart, words, a table."""

from reports.charts.slopes import Dot, Slope, SlopePlot
from reports.charts.svg import Caption
from reports.facts.facts import CountryCount, Facts
from reports.facts.figures import Figure
from reports.palette import role_of
from reports.words.phrases import Phrase, phrase
from reports.words.voice import Voice

Column = tuple[CountryCount, ...]


def columns(facts: Facts) -> tuple[tuple[int, bool, Column], ...]:
    """Return year, whether foundries count, and the homes, one a column.

    The tables come as printed, oldest first, then the newest with foundries if known.
    """
    years = facts.table_years
    plain = [(year, False, _of(facts.countries, year)) for year in years]
    newest = _of(facts.countries_with_foundries, years[-1]) if years else ()
    return (*plain, *([(years[-1], True, newest)] if newest else []))


def _of(countries: tuple[CountryCount, ...], year: int) -> Column:
    return tuple(c for c in countries if c.year == year)


def slope_plot(facts: Facts, voice: Voice, width: int) -> SlopePlot:
    """Draw Japan, and every home that has a firm in the newest table.

    A drawing `width` pixels wide has short names where there is no room for whole ones.
    """
    shown = columns(facts)
    newest = facts.table_years[-1:]
    counted = [c for _, is_with, column in shown if not is_with for c in column]
    drawn = [c for c in counted if c.year in newest or c.country_code == "JPN"]
    homes = dict.fromkeys(c.country_code for c in drawn)
    return SlopePlot(
        headings=tuple(
            (str(year), voice("homes.with_foundries") if is_with else "")
            for year, is_with, _ in shown
        ),
        slopes=tuple(_slope(home, shown, voice, width) for home in homes),
        apart_from=len(facts.table_years),
    )


def _slope(
    home: str,
    shown: tuple[tuple[int, bool, Column], ...],
    voice: Voice,
    width: int,
) -> Slope:
    found = [
        (place, own)
        for place, (_, _, column) in enumerate(shown)
        for own in column
        if own.country_code == home
    ]
    dots = [
        Dot(place, own.share_of_top_ten, voice.show(own.share_of_top_ten))
        for place, own in found
    ]
    name = found[-1][1].country
    name = voice.short(name) if width < 500 else name
    return Slope(role_of(home), name, tuple(dots))


def japan(facts: Facts) -> tuple[CountryCount, ...]:
    """Return Japan's share in each table as printed, oldest first."""
    return tuple(c for c in facts.countries if c.country_code == "JPN")


def title(facts: Facts) -> Phrase:
    """Say how Japan's share of the ten firms' revenue went."""
    shares = japan(facts)
    if len(shares) < 2:
        return phrase("homes.missing")
    first, last = shares[0].share_of_top_ten, shares[-1].share_of_top_ten
    key = "fell" if (last.value or 0) < (first.value or 0) else "rose"
    return phrase(f"homes.{key}", first=first, last=last)


def note(facts: Facts) -> Phrase:
    """Say what the column with foundries is, and what it makes of Taiwan."""
    shown = columns(facts)
    with_them = _find(shown[-1][2]) if shown and shown[-1][1] else None
    plain = _find(shown[-2][2]) if with_them else None
    if with_them is None or plain is None:
        return phrase("homes.note_without")
    return phrase(
        "homes.note",
        year=with_them.year,
        plain=plain.share_of_top_ten,
        with_foundries=with_them.share_of_top_ten,
    )


def _find(column: Column) -> CountryCount | None:
    return next((c for c in column if c.country_code == "TWN"), None)


def caption(facts: Facts, voice: Voice) -> Caption:
    """Say in words what the chart shows."""
    said = voice.gap.join(
        voice("homes.share", year=c.year, share=c.share_of_top_ten)
        for c in japan(facts)
    )
    return Caption(voice.plain(title(facts)), voice("homes.description", shares=said))


def table(facts: Facts) -> tuple[tuple[str, tuple[Figure | None, ...]], ...]:
    """Return each home with its share, one a column, the largest at last first."""
    shown = columns(facts)
    cells = {
        (own.country, place): own.share_of_top_ten
        for place, (_, _, column) in enumerate(shown)
        for own in column
    }
    homes = dict.fromkeys(country for country, _ in cells)
    rows = [
        (home, tuple(cells.get((home, place)) for place in range(len(shown))))
        for home in homes
    ]
    return tuple(sorted(rows, key=_newest_first))


def _newest_first(row: tuple[str, tuple[Figure | None, ...]]) -> tuple[float, ...]:
    return tuple(-(cell.value or 0.0) if cell else 0.0 for cell in reversed(row[1]))
