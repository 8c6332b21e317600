"""The registered hypotheses: a file goes in, checked values and digests come out."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, cast

from analysis.limits import what_is_wrong

REGISTERED = Path(__file__).with_name("hypotheses.toml")

Made = TypeVar("Made")


class HypothesisError(ValueError):
    """A registered value that cannot be. The message is one line."""


@dataclass(frozen=True)
class Rule:
    """When the evidence has which class; the same for every hypothesis."""

    ranking: str
    alpha: float
    alpha_few_donors: float
    full_donors: int
    minimum_donors: int
    settled_donors: int
    concordance_minimum: float
    bends_minimum: float
    cosine_minimum: float
    minimum_lags: int
    minimum_years: int
    gap_years_in_twelve: int
    stale_after_months: int
    complete_share: float

    def gap_years(self, window_years: int) -> int:
        """Return how many interior years a window may lack."""
        return self.gap_years_in_twelve * window_years // 12


@dataclass(frozen=True)
class Context:
    """How the printed context is computed."""

    draws: int
    blocks: tuple[int, ...]
    coverage: float
    warping_band_years: int
    earlier_windows: tuple[int, ...]


@dataclass(frozen=True)
class Sensitivity:
    """The settings of the sensitivity grid."""

    windows: tuple[int, ...]
    rankings: tuple[str, ...]
    alphas: tuple[float, ...]
    concordances: tuple[float, ...]


@dataclass(frozen=True)
class Axis:
    """One axis of the path: which series, and the template's where it is another one.

    `scope` is the product set of goods or the industry of technology. `yearly_step` is
    the registered unit of the axis in log points; None is not registered yet.
    """

    name: str
    scope: str
    definition: str
    template_scope: str = ""
    template_definition: str = ""
    yearly_step: float | None = None


@dataclass(frozen=True)
class Hypothesis:
    """One registered question, with the rule that answers it.

    `lags` are the first and last lag in years. `donor_share_pct` are the least shares
    of the world's exports, the next one tried where donors are few; empty: no donors.
    `without` names donors that the sensitivity grid leaves out.
    """

    name: str
    purpose: str
    target: str
    template: str
    comparison: str
    window_years: int
    lags: tuple[int, int]
    donor_share_pct: tuple[float, ...]
    without: tuple[str, ...]
    axes: tuple[Axis, ...]
    rule: Rule
    context: Context
    sensitivity: Sensitivity

    @property
    def digest(self) -> str:
        """The SHA-256 of every registered value, the rule's included."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def has_test(self) -> bool:
        """Whether there are donors to rank against; without them it only describes."""
        return len(self.donor_share_pct) > 0

    @property
    def registered_scale(self) -> tuple[float, ...] | None:
        """The yearly step of each axis, or None unless all are registered."""
        steps = tuple(a.yearly_step for a in self.axes if a.yearly_step is not None)
        return steps if len(steps) == len(self.axes) else None

    @property
    def all_lags(self) -> tuple[int, ...]:
        """Every registered lag, in years, ascending."""
        return tuple(range(self.lags[0], self.lags[1] + 1))


@dataclass(frozen=True)
class Registry:
    """Every registered hypothesis by name, and the digest of them all."""

    hypotheses: dict[str, Hypothesis]
    digest: str


def load(path: Path = REGISTERED) -> Registry:
    """Read and check a file of hypotheses.

    Raises HypothesisError for an unknown or missing name or an impossible value, naming
    the file, the place and what is allowed.
    """
    try:
        text = tomllib.loads(path.read_text("utf-8"))
        return _registry(text)
    except (tomllib.TOMLDecodeError, HypothesisError) as error:
        raise HypothesisError(f"{path.name}: {error}") from error


def _registry(text: dict[str, Any]) -> Registry:
    parts = {"rule", "context", "sensitivity", "hypotheses"}
    _only(text, parts, "the file")
    if missing := sorted(parts - text.keys()):
        raise HypothesisError(f"{missing[0]} is missing; add it")
    shared = {
        "rule": _made(Rule, text["rule"], "rule"),
        "context": _made(Context, text["context"], "context"),
        "sensitivity": _made(Sensitivity, text["sensitivity"], "sensitivity"),
    }
    _check_reach(shared["rule"])
    hypotheses = {
        name: _hypothesis(name, table, shared)
        for name, table in text["hypotheses"].items()
    }
    digests = json.dumps({n: h.digest for n, h in hypotheses.items()}, sort_keys=True)
    return Registry(hypotheses, hashlib.sha256(digests.encode()).hexdigest())


def _check_reach(rule: Rule) -> None:
    """No p-value is below 1/(donors + 1); a smaller alpha could never be reached."""
    for donors, alpha in (
        (rule.full_donors, rule.alpha),
        (rule.minimum_donors, rule.alpha_few_donors),
    ):
        if alpha < 1 / (donors + 1):
            raise HypothesisError(
                f"rule: alpha {alpha} cannot be reached with {donors} donors; "
                f"it must be at least {1 / (donors + 1):.3f}"
            )


def _hypothesis(
    name: str, table: dict[str, Any], shared: Mapping[str, Any]
) -> Hypothesis:
    where = f"hypotheses.{name}"
    axes = tuple(
        _made(
            Axis,
            axis,
            f"{where}.axes",
            optional={"template_scope", "template_definition", "yearly_step"},
        )
        for axis in table.get("axes", ())
    )
    return _made(Hypothesis, {**table, "axes": axes, "name": name, **shared}, where)


def _made(
    kind: type[Made], table: dict[str, Any], where: str, optional: Iterable[str] = ()
) -> Made:
    names = {field.name for field in fields(cast("Any", kind))}
    _only(table, names, where)
    if missing := sorted(names - set(optional) - table.keys()):
        raise HypothesisError(f"{where}: {missing[0]} is missing; add it")
    plain = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    for key, value in plain.items():
        if wanted := what_is_wrong(key, value):
            raise HypothesisError(f"{where}: {key} = {value!r} must be {wanted}")
    return kind(**plain)


def _only(table: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(table.keys() - known):
        raise HypothesisError(
            f"{where}: unknown name {unknown[0]!r}, use one of "
            f"{', '.join(sorted(known))}"
        )
