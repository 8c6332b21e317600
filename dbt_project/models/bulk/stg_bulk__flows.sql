select
    cast(revision as string) as hs_revision,
    cast(year as integer) as period_year,
    exporter as exporter_code,
    importer as importer_code,
    product as product_code,
    value_thousand_usd,
    quantity_tonnes
from {{ partition_rows(var('bulk_flows', [])) }}
