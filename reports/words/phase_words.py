"""Paths through the phase plane go in; their words and their plot come out."""

from reports.charts.phase import Path, PhasePlot, Place
from reports.charts.svg import Caption
from reports.facts.verdict_facts import PhasePath, Trajectory
from reports.palette import role_of
from reports.words.phrases import Phrase, phrase
from reports.words.voice import Voice


def phase_title(found: Trajectory) -> Phrase:
    """Name the years that Japan's path spans."""
    paths = [p for p in found.phase if not p.is_points_only]
    if not paths:
        return phrase("phase.missing")
    years = [point.year for point in paths[0].points]
    return phrase("phase.title", first=min(years), last=max(years))


def phase_note(found: Trajectory) -> Phrase:
    """Say whether the two technology statistics can be compared."""
    like = bool(found.phase) and all(path.is_like for path in found.phase)
    return phrase("phase.note_like" if like else "phase.note_unlike")


def phase_plot(found: Trajectory, voice: Voice) -> PhasePlot:
    """Japan's path and Taiwan's points, both ratios on log scales."""
    return PhasePlot(
        paths=tuple(_path(path) for path in found.phase),
        across=voice("phase.across"),
        up=voice("phase.up"),
    )


def _path(path: PhasePath) -> Path:
    return Path(
        role=role_of(path.economy_code),
        name=path.economy,
        is_joined=not path.is_points_only,
        places=tuple(Place(p.year, p.goods, p.technology) for p in path.points),
    )


def phase_caption(found: Trajectory, voice: Voice) -> Caption:
    """What a screen reader says of the plane."""
    said = [
        voice(
            "phase.described",
            economy=path.economy,
            first=path.points[0].year,
            goods=path.points[0].goods,
            technology=path.points[0].technology,
            last=path.points[-1].year,
            last_goods=path.points[-1].goods,
            last_technology=path.points[-1].technology,
        )
        for path in found.phase
    ]
    title = voice.plain(phase_title(found))
    return Caption(title, voice.gap.join(said) or voice("phase.missing"))
