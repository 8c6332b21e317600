"""The results of one run's checks go in; a page that needs nothing else comes out."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.palette import css_colours

Row = Mapping[str, Any]
"""A row of `ops.check_results`."""

WORDS = {"failed": "failed", "could_not_run": "could not run", "passed": "passed"}


def page(rows: Sequence[Row], version: str | None) -> str:
    """Return the page on the checks of one run as HTML.

    `version` is the one that the run published or found unchanged; None if none.
    Raises KeyError for an outcome that is not among `WORDS`.
    """
    # Commands that only name an outcome need not wait for them.
    from markupsafe import Markup

    from reports.rendering.templating import template

    ordered = in_order(rows)
    tables: dict[str, list[Row]] = {}
    for row in sorted(ordered, key=lambda row: row["table_name"]):
        tables.setdefault(row["table_name"], []).append(row)
    counts = {word: 0 for word in WORDS}
    for row in rows:
        counts[row["outcome"]] += 1
    return template(
        "check_results.html.j2"
    ).render(
        colours=Markup(css_colours()),  # noqa: S704 - our own palette
        version=version,
        run_id=rows[0]["run_id"] if rows else "",
        ended_at=max((str(row["evaluated_at"])[:16] for row in rows), default=""),
        counts=counts,
        stops=[row for row in ordered if stops_publication(row)],
        warns=[
            row
            for row in ordered
            if not row["is_passed"] and not stops_publication(row)
        ],
        tables=tables,
        words=WORDS,
    )


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with what stops a publication first, then warnings, then passed.

    What failed comes before what could not run: the figures first.
    """
    places = list(WORDS)

    def place(row: Row) -> tuple[bool, int, int, str, str]:
        return (
            bool(row["is_passed"]),
            ("ERROR", "WARN").index(row["severity"]),
            places.index(row["outcome"]),
            row["table_name"],
            row["check_name"],
        )

    return sorted(rows, key=place)


def stops_publication(row: Row) -> bool:
    """Whether no version is published while this check has this result."""
    return row["severity"] == "ERROR" and not row["is_passed"]
