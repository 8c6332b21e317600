select
    revision as hs_revision,
    year as period_year,
    exporter as exporter_code,
    importer as importer_code,
    product as product_code,
    value_thousand_usd,
    quantity_tonnes
from {{ parquet_rows(var('bulk_flows', [])) }}
