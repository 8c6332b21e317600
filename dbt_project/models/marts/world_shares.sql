with exports as (
    select
        economy_code,
        product_set,
        definition,
        cast(date_part('year', period_start_date) as integer) as period_year,
        value_millions,
        source
    from {{ ref('int_goods_trade_flows') }}
    where
        published_to is null
        and flow_type = 'export'
        and period_kind = 'annual'
        and value_millions >= 0
),

shares as (
    select
        exports.economy_code,
        exports.product_set,
        exports.definition,
        exports.period_year,
        cast(exports.value_millions as decimal(20, 3)) as exports_usd_millions,
        cast(world.world_exports_millions as decimal(20, 3))
            as world_exports_usd_millions,
        {{ share_pct('exports.value_millions', 'world.world_exports_millions') }}
            as world_share_pct,
        world.world_basis,
        world.economies_counted,
        exports.source
    from exports
    inner join {{ ref('int_world_goods_exports') }} as world
        on
            exports.definition = world.definition
            and exports.product_set = world.product_set
            and exports.period_year = world.period_year
)

select * from shares
order by definition, product_set, economy_code, period_year
