"""The two-way placebo: windows go in, ranks among countries and templates come out.

In space: is the target nearer to the lagged template than the donors are? By template:
is the template, lagged, nearer to the target than lagged donors are?
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.comparison import RANKINGS, TIE, Comparison, compare
from analysis.panel import Flags, Numbers
from analysis.windows import Windows

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Contrast:
    """Every comparison of one window.

    `space` is (economies, lags): target and donors, each beside the template.
    `templates` is (economies, lags): template and donors, each lagged, beside the
    target. The target, or the template, is the first economy.
    """

    space: Comparison
    templates: Comparison

    def mirrored(self) -> "Contrast":
        """Return the contrast with the template, and every other template, upside down.

        Both sides are mirrored alike, so a cycle that all economies share does not make
        the target look like Japan's mirror image.
        """
        return Contrast(self.space.mirrored(), self.templates.mirrored())


@dataclass(frozen=True)
class Ranking:
    """One placebo: the first economy among the donors; leading dimensions are worlds.

    `scores` and `lags` (economies) are each economy's smallest score and where it is,
    infinite without a feasible lag. `counted` (donors) take part, `nearer` (donors) are
    as near as the first economy or nearer.
    """

    scores: Numbers
    lags: Counts
    counted: Flags
    nearer: Flags

    def number(self) -> Counts:
        """Return how many donors take part."""
        return self.counted.sum(-1)

    def ahead(self) -> Counts:
        """Return how many of them are as near as the first economy, or nearer."""
        return (self.counted & self.nearer).sum(-1)

    def p(self) -> Numbers:
        """Return (1 + those ahead) / (1 + those taking part)."""
        return (1 + self.ahead()) / (1 + self.number())


@dataclass(frozen=True)
class Placebo:
    """Both placebos, and the target at its best lag, the one in place `best`.

    Without a feasible lag the scores are infinite and the rest means nothing.
    """

    space: Ranking
    templates: Ranking
    best: Counts
    concordance: Numbers
    bends: Numbers
    cosine: Numbers


def contrast(windows: Windows) -> Contrast:
    """Compare the target and donors with the template, and all templates with it."""
    target = windows.target[..., None, :, :]
    template = windows.template[..., None, :, :, :]
    present = _once(windows.present)[..., None, :, :]
    economies = np.concatenate([target, windows.donors], -3)[..., None, :, :]
    templates = np.concatenate([template, windows.lagged], -4)
    return Contrast(
        compare(economies, template, present),
        compare(target[..., None, :, :], templates, present),
    )


def two_way(
    found: Contrast, windows: Windows, ranking: str, minimum_lags: int
) -> Placebo:
    """Rank the target among the donors, and the template among lagged donors.

    A donor whose own series starts too late for some lags is compared with the template
    over the lags it has, at least `minimum_lags` of them: fewer lags to choose from
    must not make it look farther than it is.
    """
    near = RANKINGS[ranking]
    feasible = windows.feasible[..., None, :]
    space = np.where(feasible, near(found.space), np.inf)
    scores, places = _smallest(space)
    lagged = np.where(feasible, near(found.templates), np.inf)
    there, there_places = _smallest(
        np.where(windows.reaches, lagged[..., 1:, :], np.inf)
    )
    here, _ = _smallest(np.where(windows.reaches, lagged[..., :1, :], np.inf))
    own, own_place = _smallest(lagged[..., :1, :])
    best = places[..., 0]
    return Placebo(
        space=Ranking(
            scores,
            windows.lags[places],
            windows.counted,
            scores[..., 1:] <= scores[..., :1] + TIE,
        ),
        templates=Ranking(
            np.concatenate([own, there], -1),
            windows.lags[np.concatenate([own_place, there_places], -1)],
            windows.reaches.sum(-1) >= minimum_lags,
            there <= here + TIE,
        ),
        best=best,
        concordance=_at(found.space.shape.first().concordance(), best),
        bends=_at(found.space.bends.first().concordance(), best),
        cosine=_at(found.space.direction.first().cosine(), best),
    )


def _smallest(scores: Numbers) -> tuple[Numbers, Counts]:
    """The smallest over the lags; of equal ones the first, the smallest lag, wins."""
    least = scores.min(-1)
    return least, (scores <= least[..., None] + TIE).argmax(-1)


def _once(present: Flags) -> Flags:
    """One row for all lags where the same years are present at each: far less to do."""
    same = bool(np.all(present == present[..., :1, :]))
    return present[..., :1, :] if same else present


def _at(values: Numbers, best: Counts) -> Numbers:
    return np.take_along_axis(values, best[..., None], -1)[..., 0]
