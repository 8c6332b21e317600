"""dbt on Spark, to be run as a process of its own: Spark's memory goes when it ends.

`python -m orchestration.warehouse.spark_dbt SELECTION VARIABLES FOLDER`, with dbt's
options that select models, its variables as JSON and the folder for its files. The
environment names the lake, see dbt_project/macros/lake.sql.
"""

import sys

from dbt.cli.main import dbtRunner

from orchestration.settings import DBT_PROJECT


def main(selection: str, variables: str, folder: str) -> int:
    """Run the selected models; returns the exit code."""
    options = {
        "--target": "spark",
        "--vars": variables,
        "--project-dir": str(DBT_PROJECT),
        "--profiles-dir": str(DBT_PROJECT),
        "--target-path": folder,
        "--log-path": f"{folder}/logs",
    }
    told = ["--log-level-file", "info", *(x for pair in options.items() for x in pair)]
    # In one process, for the tables that the first makes known are known to it alone.
    models = ["run", "--full-refresh", *selection.split()]
    for command in (["run-operation", "open_lake"], models):
        if not dbtRunner().invoke([*command, *told]).success:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
