"""A published version as files for everyone: Parquet with a datapackage.json beside it.

The descriptor follows the Frictionless data package; every resource has its digest.
`manifest.json` says what the version was made from, `checks.html` what it passed.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from ingest.payload import sha256_of
from orchestration.records import records
from orchestration.whole_files import open_folder
from reports import check_results

DESCRIPTOR, MANIFEST = "datapackage.json", "manifest.json"
CHECKS = "checks.html"
"""The page on what was checked; that on the newest run lies beside the history."""

_PASSED = "select * from ops.check_results where version = $version"

_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
}


def write(
    con: duckdb.DuckDBPyConnection, folder: Path, version: str, facts: Mapping[str, Any]
) -> None:
    """Write every mart of `con` and the descriptors into `folder`, whole or not at all.

    `facts` goes into manifest.json: inputs, code, checks, changes. Raises OSError.
    """
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        tables = [
            name
            for (name,) in con.execute(
                """select table_name from duckdb_tables()
                where schema_name = 'marts' order by all"""
            ).fetchall()
        ]
        resources = [_resource(con, partial, name) for name in tables]
        _write_json(partial / DESCRIPTOR, _descriptor(con, version, resources))
        _write_json(partial / MANIFEST, {"version": version, **facts})
        checks = records(con, _PASSED, {"version": version})
        text = check_results.page(checks, version)
        (partial / CHECKS).write_text(text, encoding="utf-8")
        for file in partial.iterdir():
            file.chmod(0o444)
        open_folder(partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _resource(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str
) -> dict[str, Any]:
    path = folder / f"{name}.parquet"
    quoted = str(path).replace("'", "''")
    con.execute(f"copy marts.{name} to '{quoted}' (format parquet, compression zstd)")
    columns = con.execute(
        """select column_name, data_type, meaning, is_key from meta.columns
        where table_name = ? order by position""",
        [f"marts.{name}"],
    ).fetchall()
    ((comment,),) = con.execute(
        """select comment from duckdb_tables()
        where schema_name = 'marts' and table_name = ?""",
        [name],
    ).fetchall()
    return {
        "name": name,
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": comment,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "schema": {
            "fields": [
                {
                    "name": column,
                    "type": _TYPES.get(kind.partition("(")[0], "number"),
                    "description": meaning,
                }
                for column, kind, meaning, _ in columns
            ],
            "primaryKey": [column for column, *_, is_key in columns if is_key],
        },
    }


def _descriptor(
    con: duckdb.DuckDBPyConnection, version: str, resources: list[dict[str, Any]]
) -> dict[str, Any]:
    sources = con.execute(
        """select distinct title_en, url, attribution_en, licence_en, licence_url
        from meta.sources order by all"""
    ).fetchall()
    licences = sorted({(name, url) for *_, name, url in sources})
    return {
        "name": "flying-geese",
        "title": "Flying Geese: Japan's and Taiwan's semiconductor trade and rankings",
        "version": version,
        "profile": "data-package",
        "licenses": [
            {"title": name} | ({"path": url} if url else {}) for name, url in licences
        ],
        "sources": [
            {"title": f"{title}. {credit}"} | ({"path": url} if url else {})
            for title, url, credit, _, _ in sources
        ],
        "resources": resources,
    }


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    path.write_text(text, encoding="utf-8")
