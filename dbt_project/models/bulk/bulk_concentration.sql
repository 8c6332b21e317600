{{ config(pre_hook="{{ without_rows(var('bulk_affected', 'true')) }}") }}

select
    hs_revision,
    period_year,
    reporter_code,
    product_code,
    max(case when flow_type = 'export' then partners end) as markets,
    max(case when flow_type = 'export' then partner_concentration end)
        as market_concentration,
    max(case when flow_type = 'import' then partners end) as suppliers,
    max(case when flow_type = 'import' then partner_concentration end)
        as supplier_concentration
from {{ ref('bulk_trade') }}
where {{ var('bulk_affected', 'true') }}
group by hs_revision, period_year, reporter_code, product_code
