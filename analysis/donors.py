"""The comparison economies: a panel goes in, donors and the last year come out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.hypotheses import Hypothesis
from analysis.panel import Flags, Panel


@dataclass(frozen=True)
class Donors:
    """The donors of a window, by rule: who, and above which share of world exports."""

    economies: tuple[str, ...]
    share_pct: float | None


def window_end(
    panel: Panel, hypothesis: Hypothesis, previous_donors: Sequence[str]
) -> int | None:
    """Return the last year of the window, or None when the target has none.

    It is the newest year that is complete for the target and for the registered share
    of the donors of the previous vintage. A first vintage waits for those that the
    window one year before the target's newest year would have: donors that report late
    must not drop out unseen.
    """
    target = panel.row(hypothesis.target)
    complete = np.all(np.isfinite(panel.paths), axis=-1)
    if target < 0 or not np.any(complete[target]):
        return None
    newest = int(panel.years[complete[target]][-1])
    awaited = previous_donors or choose(panel, hypothesis, newest - 1).economies
    known = [row for name in awaited if (row := panel.row(name)) >= 0]
    share = complete[known].sum(0) / max(len(awaited), 1)
    wanted = hypothesis.rule.complete_share if awaited else 0.0
    candidates = panel.years[complete[target] & (share >= wanted)]
    return int(candidates[-1]) if len(candidates) else None


def choose(panel: Panel, hypothesis: Hypothesis, end: int) -> Donors:
    """Return the donors of the window ending in the year `end`, in alphabetical order.

    A donor is neither target nor template, has both flows in every year of the window
    and at least the registered share of the publisher's world exports, summed over the
    years whose total is known; with two axes the share of goods counts. The next
    smaller share is tried where the donors are fewer than a full set.
    """
    chosen = Donors((), None)
    for share in hypothesis.donor_share_pct:
        enough = _eligible(panel, hypothesis, end, share)
        names = tuple(np.array(panel.economies)[enough].tolist())
        chosen = Donors(names, share)
        if len(names) >= hypothesis.rule.full_donors:
            break
    return chosen


def _eligible(panel: Panel, hypothesis: Hypothesis, end: int, share: float) -> Flags:
    last = panel.column(end)
    first = last - hypothesis.window_years + 1
    if first < 0:
        return np.zeros(len(panel.economies), np.bool_)
    window = slice(first, last + 1)
    axis = panel.axes.index("goods") if "goods" in panel.axes else 0
    complete = np.all(np.isfinite(panel.paths[:, window]), axis=(1, 2))
    # Over the years for which the world's total is there; without any nobody is large.
    world = panel.world_exports[window, axis]
    known = np.isfinite(world)
    exports = panel.exports[:, window, axis][:, known].sum(1)
    total = world[known].sum() if known.any() else np.inf
    large = np.where(complete, exports, 0.0) >= share / 100 * total
    outsider = [
        name not in (hypothesis.target, hypothesis.template) for name in panel.economies
    ]
    return complete & large & np.array(outsider, dtype=np.bool_)
