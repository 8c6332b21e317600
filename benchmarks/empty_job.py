"""A job that does nothing, with all that a refresh imports: run as a program.

Imports Dagster, dbt and Great Expectations, parses the dbt project, makes the asset
graph, and runs an asset that is empty, recorded in the installation's history.
"""

import dagster as dg
import great_expectations as gx
from dbt.cli.main import dbtRunner

from orchestration import definitions


@dg.asset
def nothing() -> None:
    """An asset without content."""


def main() -> None:
    """Run the empty job."""
    assert definitions.defs().resolve_asset_graph().get_all_asset_keys()  # noqa: S101
    gx.get_context(mode="ephemeral")
    dbtRunner()
    with dg.DagsterInstance.get() as instance:
        dg.materialize([nothing], instance=instance)


if __name__ == "__main__":
    main()
