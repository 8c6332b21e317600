"""What dlt makes of a file: a program for dlt's own environment, without the project.

    .venv-dlt/bin/python benchmarks/dlt_load.py archive BACI.zip FOLDER
    .venv-dlt/bin/python benchmarks/dlt_load.py page http://127.0.0.1:8000 FOLDER

A BACI archive enters by its years, unzipped and read by pyarrow in batches; a page of
UN Comtrade, `page.json` there, by dlt's source for REST interfaces. A DuckDB file with
all columns leaves.
"""

import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow
from dlt.sources.rest_api import rest_api_source
from pyarrow import csv

_TYPES = {
    "t": pyarrow.int16(),
    "i": pyarrow.int16(),
    "j": pyarrow.int16(),
    "k": pyarrow.string(),
    "v": pyarrow.decimal128(18, 3),
    "q": pyarrow.decimal128(18, 3),
}


def flows(path: Path) -> Iterator[pyarrow.RecordBatch]:
    """Batches of rows of all years."""
    options = csv.ConvertOptions(column_types=_TYPES, null_values=["", "NA"])
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        for name in archive.namelist():
            if name.startswith("BACI_"):
                file = archive.extract(name, folder)
                yield from csv.open_csv(file, convert_options=options)
                Path(file).unlink()


def page(address: str) -> Any:
    """The rows of one page, all their fields."""
    endpoint = {
        "path": "page.json",
        "data_selector": "data",
        "paginator": "single_page",
    }
    return rest_api_source(
        {
            "client": {"base_url": address},
            "resources": [{"name": "values", "endpoint": endpoint}],
        }
    )


def main() -> None:
    """Load what is named; fails if no row arrives."""
    kind, what, folder = sys.argv[1:]
    pipeline = dlt.pipeline(
        kind,
        pipelines_dir=folder,
        destination=dlt.destinations.duckdb(f"{folder}/dlt.duckdb"),
        dataset_name="loaded",
    )
    if kind == "archive":
        table, data = "flows", dlt.resource(flows(Path(what)), name="flows")
    else:
        table, data = "values", page(what)
    pipeline.run(data).raise_on_failed_jobs()
    with pipeline.sql_client() as client:
        ((rows,),) = client.execute_sql(f'select count(*) from "{table}"')
    if not rows:
        sys.exit("no row arrived")


if __name__ == "__main__":
    main()
