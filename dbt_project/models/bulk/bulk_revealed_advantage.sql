{{ config(pre_hook="{{ without_rows(var('bulk_affected', 'true')) }}") }}

with exports as (
    select
        hs_revision,
        period_year,
        reporter_code,
        product_code,
        value_thousand_usd
    from {{ ref('bulk_trade') }}
    where flow_type = 'export' and {{ var('bulk_compared', 'true') }}
),

of_economies as (
    select
        hs_revision,
        period_year,
        reporter_code,
        sum(value_thousand_usd) as total
    from exports
    group by hs_revision, period_year, reporter_code
),

of_products as (
    select
        hs_revision,
        period_year,
        product_code,
        sum(value_thousand_usd) as total
    from exports
    group by hs_revision, period_year, product_code
),

of_all as (
    select
        hs_revision,
        period_year,
        sum(total) as total
    from of_economies
    group by hs_revision, period_year
),

shares as (
    select
        exports.hs_revision,
        exports.period_year,
        exports.reporter_code,
        exports.product_code,
        exports.value_thousand_usd as export_thousand_usd,
        {{ share_pct('exports.value_thousand_usd', 'of_products.total') }}
            as world_share_pct,
        {{ share_pct('of_economies.total', 'of_all.total') }} as all_goods_share_pct
    from exports
    inner join of_economies
        on
            exports.hs_revision = of_economies.hs_revision
            and exports.period_year = of_economies.period_year
            and exports.reporter_code = of_economies.reporter_code
    inner join of_products
        on
            exports.hs_revision = of_products.hs_revision
            and exports.period_year = of_products.period_year
            and exports.product_code = of_products.product_code
    inner join of_all
        on
            exports.hs_revision = of_all.hs_revision
            and exports.period_year = of_all.period_year
),

of_the_run as (
    select
        *,
        world_share_pct / all_goods_share_pct as revealed_advantage
    from shares
    where {{ var('bulk_affected', 'true') }}
)

select
    now.hs_revision,
    now.period_year,
    now.reporter_code,
    now.product_code,
    now.export_thousand_usd,
    now.world_share_pct,
    now.all_goods_share_pct,
    now.revealed_advantage,
    {{ symmetric_index('now.revealed_advantage') }} as symmetric_revealed_advantage,
    now.world_share_pct - earlier.world_share_pct as world_share_change_points
from of_the_run as now
-- The year before by the calendar: across a gap there is no change.
left join shares as earlier
    on
        now.hs_revision = earlier.hs_revision
        and now.reporter_code = earlier.reporter_code
        and now.product_code = earlier.product_code
        and now.period_year - 1 = earlier.period_year
