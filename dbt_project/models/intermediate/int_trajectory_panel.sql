-- Whole years of every series, goods and technology alike, for the trajectory test.
with flows as (
    select
        'goods' as axis,
        product_set as scope,
        definition,
        economy_code,
        period_year,
        currency_code,
        exports_millions,
        imports_millions,
        log_ratio,
        ratio_state
    from {{ ref('int_goods_balances') }}
    where published_to is null and period_kind = 'annual'
    union all
    select
        'technology' as axis,
        industry as scope,
        definition,
        economy_code,
        period_year,
        currency_code,
        receipts_millions as exports_millions,
        payments_millions as imports_millions,
        -- A ratio that is printed alone has no flows to be scaled or ranked by.
        case when ratio_state <> 'ratio_only' then log_ratio end as log_ratio,
        ratio_state
    from {{ ref('int_technology_balances') }}
    where published_to is null and affiliate_scope = 'all'
),

spaced as (
    select
        *,
        lag(period_year) over (
            partition by axis, scope, definition, economy_code order by period_year
        ) as previous_year
    from flows
),

-- Also a break in a year that the series does not have: it lies between two that it
-- has.
broken as (
    select
        spaced.axis,
        spaced.scope,
        spaced.definition,
        spaced.economy_code,
        spaced.period_year,
        min(breaks.break_id) as break_id
    from spaced
    inner join {{ ref('int_dated_breaks') }} as breaks
        on
            spaced.axis = breaks.domain
            and spaced.definition = breaks.definition
            and spaced.previous_year < breaks.effective_year
            and spaced.period_year >= breaks.effective_year
            and (
                breaks.economy_code is null
                or spaced.economy_code = breaks.economy_code
            )
            and (breaks.product_set is null or spaced.scope = breaks.product_set)
    where breaks.is_major
    group by
        spaced.axis,
        spaced.scope,
        spaced.definition,
        spaced.economy_code,
        spaced.period_year
),

world_totals as (
    select
        'goods' as axis,
        product_set as scope,
        definition,
        period_year,
        cast(world_exports_millions as double) as world_exports_millions
    from {{ ref('int_world_goods_exports') }}
    union all
    select
        'technology' as axis,
        'all' as scope,
        'bop_ip' as definition,
        charge_year as period_year,
        value_usd_millions as world_exports_millions
    from {{ ref('stg_world_bank__ip_charges') }}
    where
        economy_code = 'WLD' and flow_type = 'receipt' and published_to is null
    union all
    select
        'technology' as axis,
        'all' as scope,
        'wto_bop6_sh' as definition,
        period_year,
        value_usd_millions as world_exports_millions
    from {{ ref('stg_wto_trade__services') }}
    where
        reporter_code = '000'
        and flow_type = 'export'
        and bop_manual = 'bpm6'
        and product_code = 'SH'
        and published_to is null
)

select
    spaced.axis,
    spaced.scope,
    spaced.definition,
    spaced.economy_code,
    spaced.period_year,
    spaced.currency_code,
    spaced.exports_millions,
    spaced.imports_millions,
    spaced.log_ratio,
    spaced.ratio_state,
    broken.break_id,
    broken.break_id is not null as is_broken_before,
    world_totals.world_exports_millions
from spaced
left join broken
    on
        spaced.axis = broken.axis
        and spaced.scope = broken.scope
        and spaced.definition = broken.definition
        and spaced.economy_code = broken.economy_code
        and spaced.period_year = broken.period_year
left join world_totals
    on
        spaced.axis = world_totals.axis
        and spaced.scope = world_totals.scope
        and spaced.definition = world_totals.definition
        and spaced.period_year = world_totals.period_year
