"""Facts on rankings go in; what the rank chart draws and says comes out."""

from reports.charts.ranks import Link, Node, RankPlot
from reports.charts.svg import Caption
from reports.facts.facts import Facts, Move
from reports.palette import role_of
from reports.words.headings import japanese_firms, ranks_title
from reports.words.voice import Voice

LEAVING = frozenset({"EXIT", "OUT_OF_RANGE", "MERGED_INTO"})
DOTTED = frozenset({"MERGED_INTO", "MERGED_FROM", "SPLIT_FROM"})


def rank_plot(facts: Facts, voice: Voice) -> RankPlot:
    """The rank chart of the top tables, along lineages."""
    years = facts.table_years
    return RankPlot(years=years, nodes=_nodes(facts, voice), links=_links(facts))


def _nodes(facts: Facts, voice: Voice) -> tuple[Node, ...]:
    years = facts.table_years
    leavers = {
        (m.from_year, int(m.previous.value))
        for m in facts.moves
        if m.status in LEAVING and m.previous.value
    }
    placed = []
    for firm in facts.firms:
        rank = int(firm.rank.value or 0)
        at = "here" if (firm.year, rank) in leavers else ""
        at = "left" if firm.year == years[0] else at
        at = "right" if firm.year == years[-1] else at
        role, name = role_of(firm.country_code), voice.short(firm.company)
        placed.append(Node(firm.year, rank, name, role, at))
    return tuple(placed)


def _links(facts: Facts) -> tuple[Link, ...]:
    # The two halves of a merger draw the same way once.
    return tuple(dict.fromkeys(k for k in map(link, facts.moves) if k))


def link(move: Move) -> Link | None:
    """Return a firm's way between two tables, None where it has one end only.

    A merged or split firm has its other end in the firm it went to or came from.
    """
    dotted = move.status in DOTTED
    start, end = move.previous.value, move.current.value
    if dotted and end is None:
        end = move.related_rank
    if dotted and start is None:
        start = move.related_rank
    if not start or not end:
        return None
    role = role_of(move.country_code)
    return Link(move.from_year, int(start), move.to_year, int(end), role, dotted)


def caption(facts: Facts, voice: Voice) -> Caption:
    """What the rank chart shows, in words."""
    years = voice.join([str(year) for year in facts.table_years])
    counts = voice.gap.join(
        voice("ranks.count", year=c.year, firms=c.firms) for c in japanese_firms(facts)
    )
    said = voice("ranks.description", years=years, counts=counts)
    return Caption(voice.plain(ranks_title(facts)), said)
