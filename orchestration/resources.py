"""The only reader and writer of the environment, and what runs need from outside."""

import os
import shutil
from pathlib import Path

import duckdb

from orchestration import settings
from orchestration.settings import CHECKOUT, Settings


def current_settings() -> Settings:
    """The settings in force: `geese.toml` of the checkout, or the file GEESE_CONFIG.

    GEESE_DATA, if set, replaces the data folder. Raises SettingsError.
    """
    file = Path(os.environ.get("GEESE_CONFIG", CHECKOUT / "geese.toml"))
    found = settings.load(file.expanduser())
    folder = os.environ.get("GEESE_DATA")
    if folder:
        found = found.model_copy(update={"data": Path(folder).expanduser().resolve()})
    return found


def prepare_environment(found: Settings) -> None:
    """Point Dagster, dbt and Great Expectations at this installation, silently.

    None of them may phone home.
    """
    found.dagster.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(CHECKOUT / "dagster.yaml", found.dagster / "dagster.yaml")
    os.environ |= {
        "DAGSTER_HOME": str(found.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "true",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def point_dbt_at(warehouse: Path) -> None:
    """Tell dbt's profile which file to build in."""
    os.environ["GEESE_WAREHOUSE"] = str(warehouse)


def write_warehouse(found: Settings) -> duckdb.DuckDBPyConnection:
    """A connection to the build file that may write; only one can exist."""
    found.warehouse.parent.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(str(found.warehouse))


def read_warehouse(found: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the build file, for checks between two writers."""
    return duckdb.connect(str(found.warehouse), read_only=True)
