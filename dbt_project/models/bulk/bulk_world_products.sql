{{ config(pre_hook="{{ without_rows(var('bulk_affected', 'true')) }}") }}

with products as (
    select
        hs_revision,
        period_year,
        product_code,
        sum(value_thousand_usd) as total,
        sum({{ squared('value_thousand_usd') }}) as total_of_squares,
        count(*) as exporters
    from {{ ref('bulk_trade') }}
    where flow_type = 'export' and {{ var('bulk_compared', 'true') }}
    group by hs_revision, period_year, product_code
),

of_the_run as (
    select * from products
    where {{ var('bulk_affected', 'true') }}
)

select
    now.hs_revision,
    now.period_year,
    now.product_code,
    cast(now.total as decimal(18, 3)) as world_export_thousand_usd,
    cast(now.exporters as integer) as exporters,
    {{ concentration('now.total_of_squares', 'now.total') }} as exporter_concentration,
    {{ log_change('now.total', 'earlier.total') }} as world_export_log_change
from of_the_run as now
-- The year before by the calendar: across a gap there is no change.
left join products as earlier
    on
        now.hs_revision = earlier.hs_revision
        and now.product_code = earlier.product_code
        and now.period_year - 1 = earlier.period_year
