"""UN Comtrade's answers: a JSON file enters, rows as written leave.

DuckDB reads the files, with the fields that are used and no others. Fields that the
publisher adds are passed over; one that it renames leaves required columns empty.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.readers import pages
from ingest.source import IngestError, Table

JAPAN = 392
TAIWAN = 490
"""“Other Asia, not elsewhere specified”: Taiwan, under the name the UN gives it."""

# Whole exports of integrated circuits (SITC: of all semiconductors and tubes), and of
# all goods, below which a figure of these reporters is not in US dollars, or is of
# something else.
_LEAST_EXPORTS_USD = {
    (JAPAN, "8542"): 1e9,
    (JAPAN, "776"): 1e8,
    (JAPAN, "TOTAL"): 5e10,
    (410, "8542"): 5e8,
    (410, "TOTAL"): 5e9,
    (842, "8542"): 1e9,
    (842, "TOTAL"): 1e11,
    (TAIWAN, "8542"): 5e8,
    (TAIWAN, "TOTAL"): 5e9,
}
# No trade of over a billion US dollars changes so much from one year to the next.
_STEEPEST = 300

_DATASET = {
    "classificationSearchCode": "VARCHAR",
    "reporterCode": "INTEGER",
    "period": "VARCHAR",
    "datasetCode": "VARCHAR",
    "classificationCode": "VARCHAR",
    "isOriginalClassification": "BOOLEAN",
    "totalRecords": "VARCHAR",
    "datasetChecksum": "VARCHAR",
    "firstReleased": "VARCHAR",
    "lastReleased": "VARCHAR",
}
_VALUE = {
    "freqCode": "VARCHAR",
    "period": "INTEGER",
    "reporterCode": "INTEGER",
    "flowCode": "VARCHAR",
    "partnerCode": "INTEGER",
    "partner2Code": "INTEGER",
    "classificationCode": "VARCHAR",
    "classificationSearchCode": "VARCHAR",
    "isOriginalClassification": "BOOLEAN",
    "cmdCode": "VARCHAR",
    "customsCode": "VARCHAR",
    "motCode": "INTEGER",
    "cifvalue": "DOUBLE",
    "fobvalue": "DOUBLE",
    "primaryValue": "DOUBLE",
    "legacyEstimationFlag": "INTEGER",
    "isReported": "BOOLEAN",
    "isAggregate": "BOOLEAN",
}


def read_datasets(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read an archive of availability answers into `as_written`. Raises IngestError."""
    with pages.opened(path) as files:
        read_list(con, files)


def read_list(con: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Read availability answers into `as_written`. Raises IngestError."""
    run(
        con,
        f"""create temporary table as_written as
        select line, classificationSearchCode as classification_search_code,
            reporterCode as reporter_code, period as year, datasetCode as dataset_code,
            classificationCode as classification_code,
            isOriginalClassification as is_original_classification,
            totalRecords as total_records, datasetChecksum as dataset_checksum,
            firstReleased as first_released, lastReleased as last_released
        from ({_rows(files, _DATASET)})""",
        [[str(file) for file in files]],
    )


def read_values(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read an answer with trade values into `as_written`.

    Rows of a second partner, a customs procedure or a means of transport are parts of
    the totals beside them and are passed over. Raises IngestError also where values
    cannot be whole US dollars.
    """
    run(
        con,
        f"""create temporary table as_written as
        select line,
            case
                when partnerCode = 0 then 'reported'
                when reporterCode = {TAIWAN} then 'bilateral'
                else 'mirror'
            end as method,
            reporterCode as reporter_code, partnerCode as partner_code,
            flowCode as flow_code,
            classificationSearchCode as classification_search_code,
            cmdCode as cmd_code, case freqCode when 'A' then period end as year,
            primaryValue as primary_value_usd,
            case primaryValue
                when if(flowCode = 'X', fobvalue, cifvalue)
                    then if(flowCode = 'X', 'FOB', 'CIF')
                when fobvalue then 'FOB'
                when cifvalue then 'CIF'
            end as valuation,
            cifvalue as cif_value_usd, fobvalue as fob_value_usd,
            classificationCode as classification_code,
            isOriginalClassification as is_original_classification,
            isReported as is_reported, isAggregate as is_aggregate,
            legacyEstimationFlag as legacy_estimation_flag
        from ({_rows([path], _VALUE)})
        where partner2Code = 0 and customsCode = 'C00' and motCode = 0""",
        [[str(path)]],
    )
    _check_level(con)
    _check_jumps(con)
    _check_totals(con)


def summary(
    con: duckdb.DuckDBPyConnection, path: Path
) -> tuple[int | None, str | None, int | None, list[int], list[str]]:
    """An answer's count, error, number of rows, and their reporters and periods."""
    row = run(
        con,
        f"""select "count", "error", len(data),
            list_distinct([x.reporterCode for x in data]),
            list_distinct([x.period for x in data])
        from read_json(?, columns={{'count': 'BIGINT', 'error': 'VARCHAR',
            'data': 'STRUCT("reporterCode" INTEGER, period VARCHAR)[]'}},
            {_options([path])})""",
        [str(path)],
    ).fetchone()
    return row or (None, None, None, [], [])


def run(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None
) -> duckdb.DuckDBPyConnection:
    """Execute SQL over answers. Raises IngestError if they are not what it expects."""
    try:
        return con.execute(sql, parameters)
    except duckdb.Error as error:
        raise IngestError(
            f"not readable as an answer of UN Comtrade: {str(error).splitlines()[0]}"
        ) from error


def _rows(files: Sequence[Path], fields: dict[str, str]) -> str:
    """SQL over a list of files: their rows with these fields, numbered."""
    row = ", ".join(f'"{name}" {sql_type}' for name, sql_type in fields.items())
    return f"""select row_number() over () as line, * from (
            select unnest(data, recursive := true)
            from read_json(?, columns={{'data': 'STRUCT({row})[]'}}, {_options(files)})
        )"""


def _options(files: Sequence[Path]) -> str:
    """An answer is one JSON object, however long; to detect that costs sevenfold."""
    longest = max(file.stat().st_size for file in files) + 1
    return f"""format='unstructured', records=true,
        maximum_object_size={max(longest, 1 << 24)}"""


def _check_level(con: duckdb.DuckDBPyConnection) -> None:
    least = ", ".join(str((*key, usd)) for key, usd in _LEAST_EXPORTS_USD.items())
    row = run(
        con,
        f"""select line, reporter_code, cmd_code, year, primary_value_usd
        from as_written join (values {least}) as least (reporter_code, cmd_code, usd)
            using (reporter_code, cmd_code)
        where partner_code = 0 and flow_code = 'X'
        and primary_value_usd < usd order by line limit 1""",
    ).fetchone()
    if row:
        line, reporter, code, year, value = row
        raise IngestError(
            f"row {line}: exports of {code} by {reporter} in {year} are US$ "
            f"{value:.0f}, far below what is known; unit or commodity is another"
        )


def _check_jumps(con: duckdb.DuckDBPyConnection) -> None:
    row = run(
        con,
        """select line, reporter_code, cmd_code, year,
            lag(primary_value_usd) over series as before, primary_value_usd as usd
        from as_written
        where partner_code = 0 and (length(cmd_code) <= 4 or cmd_code = 'TOTAL')
        window series as (
            partition by reporter_code, flow_code, cmd_code order by year
        )
        qualify greatest(before, usd) > 1e9
            and greatest(before, usd) > $steepest * least(before, usd)
        order by line limit 1""",
        {"steepest": _STEEPEST},
    ).fetchone()
    if row:
        line, reporter, code, year, before, value = row
        raise IngestError(
            f"row {line}: {code} of {reporter} jumps from US$ {before:.0f} to "
            f"{value:.0f} in {year}; the unit has changed"
        )


def _check_totals(con: duckdb.DuckDBPyConnection) -> None:
    """A product's trade is no more than that of all goods, within a dollar."""
    row = run(
        con,
        """select part.line, part.reporter_code, part.cmd_code, part.year,
            part.primary_value_usd, total.primary_value_usd
        from as_written as part join as_written as total
            using (reporter_code, partner_code, flow_code, year)
        where total.cmd_code = 'TOTAL' and part.cmd_code <> 'TOTAL'
        and part.primary_value_usd > total.primary_value_usd + 1
        order by part.line limit 1""",
    ).fetchone()
    if row:
        line, reporter, code, year, value, total = row
        raise IngestError(
            f"row {line}: {code} of {reporter} in {year} is US$ {value:.0f}, more than "
            f"all its goods, {total:.0f}; one of them is of another unit or partner"
        )
