"""Great Expectations on the marts: whether what we are to publish is plausible."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import dagster as dg
import duckdb

from orchestration.checks import outcomes
from orchestration.checks.comparisons import COMPARISONS, Comparison, Frame
from orchestration.checks.suite import Suite
from orchestration.checks.suites import SUITES
from orchestration.resources import POOL, read_warehouse
from orchestration.settings import Settings

_WHAT_TO_DO = (
    "If it fails, a figure of marts.{mart} is beyond what this industry has shown, or "
    "rows or columns are missing. Follow the figure with `geese explain`; correct a "
    "lost factor, a shifted column or a short file at its source. If the figure is "
    "true, widen the range in orchestration/checks/suites.py and say why there."
)


@dataclass(frozen=True)
class Outcome:
    """What a suite found: failures by severity, and what could not be run at all."""

    critical: list[str]
    warnings: list[str]
    could_not_run: list[str]

    @property
    def passed(self) -> bool:
        """Nothing of severity critical failed and everything ran."""
        return not self.critical and not self.could_not_run

    @property
    def word(self) -> str:
        """How the check ended; what could not run says nothing of the figures."""
        if self.could_not_run:
            return "could_not_run"
        return "failed" if self.critical or self.warnings else "passed"


def checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """One blocking check per suite, on its mart, and one per comparison."""
    return [_check(one, settings) for one in asked()]


def asked() -> list[Comparison]:
    """Everything that Great Expectations is asked, the suites of whole marts first."""
    suites = [
        Comparison(
            f"{mart}_are_plausible",
            mart,
            _WHAT_TO_DO.format(mart=mart),
            _whole(mart),
            suite,
        )
        for mart, suite in SUITES.items()
    ]
    return [*suites, *COMPARISONS]


def _whole(mart: str) -> Frame:
    def frame(con: duckdb.DuckDBPyConnection, _: Path) -> Any:
        return con.execute(f'select * from marts."{mart}"').df()

    return frame


def _check(one: Comparison, settings: Settings) -> dg.AssetChecksDefinition:
    key = dg.AssetKey(["marts", one.mart])

    @dg.asset_check(
        asset=key,
        name=one.name,
        description=one.what_to_do,
        blocking=True,
        pool=POOL,
    )
    def run(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with read_warehouse(settings) as con:
            outcome = examine(con, settings.latest, one)
        result = dg.AssetCheckResult(
            asset_key=key,
            check_name=one.name,
            passed=outcome.passed and not outcome.warnings,
            severity=dg.AssetCheckSeverity.WARN
            if outcome.passed and outcome.warnings
            else dg.AssetCheckSeverity.ERROR,
            description="; ".join(
                [*outcome.could_not_run, *outcome.critical, *outcome.warnings]
            )
            or None,
            metadata={"checker": "great_expectations", "outcome": outcome.word},
        )
        run_id = context.run.run_id
        outcomes.record(settings.state, run_id, [result], one.what_to_do)
        return result

    return run


def examine(con: duckdb.DuckDBPyConnection, latest: Path, one: Comparison) -> Outcome:
    """Make the frame of a check and validate it; a frame that cannot be had is told."""
    try:
        frame = one.frame(con, latest)
    except duckdb.Error as error:
        return Outcome([], [], [f"no frame: {str(error).splitlines()[0]}"])
    return validate(frame, one.suite)


def validate(frame: Any, suite: Suite) -> Outcome:
    """Run a suite on a data frame of one mart."""
    # Where Spark is installed it would be loaded too: it warns, and may end us.
    sys.modules.setdefault("pyspark", cast("Any", None))
    # Four seconds of import that only a check needs.
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("build")
        .add_dataframe_asset("mart")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    declared = [
        ("ExpectTableRowCountToBeBetween", {"min_value": suite.rows}),
        (
            "ExpectTableColumnsToMatchOrderedList",
            {"column_list": list(suite.columns)},
        ),
        *suite.expectations,
    ]
    result = batch.validate(
        gx.ExpectationSuite(
            "plausible",
            expectations=[getattr(gxe, name)(**given) for name, given in declared],
        )
    )
    hollow = [
        f"column {name} holds nothing at all"
        for name in frame.columns
        if len(frame) and name not in suite.may_be_empty and frame[name].isna().all()
    ]
    outcome = Outcome(hollow, [], [])
    for found in result.results:
        if not found.success:
            _file(found, outcome)
    return outcome


def _file(found: Any, outcome: Outcome) -> None:
    """Put a failed expectation where it belongs, in words."""
    config = found.expectation_config
    given = {
        name: value
        for name, value in config.kwargs.items()
        if name not in ("batch_id", "column_list")
    }
    said = f"{config.type} {given}"
    if _raised(found.exception_info):
        outcome.could_not_run.append(f"could not run {said}")
        return
    observed = found.result.get("observed_value")
    examples = found.result.get("partial_unexpected_list") or []
    shown = observed if observed is not None else examples[:3]
    severity = str(getattr(config.severity, "value", config.severity))
    heap = outcome.warnings if severity == "warning" else outcome.critical
    heap.append(f"{said}: found {shown}")


def _raised(info: Any) -> bool:
    """Exceptions come as one record or as one per metric."""
    if not info:
        return False
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(part.get("raised_exception") for part in info.values())
