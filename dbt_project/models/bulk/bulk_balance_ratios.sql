{{ config(pre_hook="{{ without_rows(var('bulk_affected', 'true')) }}") }}

with sides as (
    select
        hs_revision,
        period_year,
        reporter_code,
        product_code,
        max(case when flow_type = 'export' then value_thousand_usd end)
            as export_thousand_usd,
        max(case when flow_type = 'import' then value_thousand_usd end)
            as import_thousand_usd
    from {{ ref('bulk_trade') }}
    where {{ var('bulk_compared', 'true') }}
    group by hs_revision, period_year, reporter_code, product_code
),

of_the_run as (
    select * from sides
    where {{ var('bulk_affected', 'true') }}
)

select
    now.hs_revision,
    now.period_year,
    now.reporter_code,
    now.product_code,
    now.export_thousand_usd,
    now.import_thousand_usd,
    {{ ratio_state('now.export_thousand_usd', 'now.import_thousand_usd') }}
        as ratio_state,
    {{ balance_ratio('now.export_thousand_usd', 'now.import_thousand_usd') }}
        as balance_ratio,
    {{ normalised_balance('now.export_thousand_usd', 'now.import_thousand_usd') }}
        as normalised_balance,
    {{ log_change('now.export_thousand_usd', 'earlier.export_thousand_usd') }}
        as export_log_change,
    {{ log_change('now.import_thousand_usd', 'earlier.import_thousand_usd') }}
        as import_log_change,
    {{ log_change('now.export_thousand_usd', 'earlier.export_thousand_usd') }}
    - {{ log_change('now.import_thousand_usd', 'earlier.import_thousand_usd') }}
        as ratio_log_change
from of_the_run as now
-- The year before by the calendar: across a gap there is no change.
left join sides as earlier
    on
        now.hs_revision = earlier.hs_revision
        and now.reporter_code = earlier.reporter_code
        and now.product_code = earlier.product_code
        and now.period_year - 1 = earlier.period_year
