-- What shares are taken of: the world's exports of a product set as the WTO prints
-- them, or the exports of all economies of a definition, added up.
with exports as (
    select
        economy_code,
        definition,
        product_set,
        cast(date_part('year', period_start_date) as integer) as period_year,
        value_millions
    from {{ ref('int_goods_trade_flows') }}
    where
        published_to is null
        and flow_type = 'export'
        and period_kind = 'annual'
        and definition in ('baci_hs07', 'baci_hs92', 'comtrade_hs', 'comtrade_sitc2')
),

-- While economies that had a tenth of the year before have not reported, all shares
-- would be too large.
coverage as (
    select
        earlier.definition,
        earlier.product_set,
        earlier.period_year + 1 as period_year,
        sum(
            case
                when later.economy_code is null then 0
                else earlier.value_millions
            end
        )
        >= 0.9 * sum(earlier.value_millions) as is_covered
    from exports as earlier
    left join exports as later
        on
            earlier.economy_code = later.economy_code
            and earlier.definition = later.definition
            and earlier.product_set = later.product_set
            and earlier.period_year + 1 = later.period_year
    group by earlier.definition, earlier.product_set, earlier.period_year
),

summed as (
    select
        exports.definition,
        exports.product_set,
        exports.period_year,
        'sum_of_economies' as world_basis,
        cast(count(*) as integer) as economies_counted,
        sum(exports.value_millions) as world_exports_millions
    from exports
    left join coverage
        on
            exports.definition = coverage.definition
            and exports.product_set = coverage.product_set
            and exports.period_year = coverage.period_year
    where coalesce(coverage.is_covered, true)
    group by exports.definition, exports.product_set, exports.period_year
),

printed as (
    select
        codes.definition,
        codes.product_set,
        trade.period_year,
        'as_published' as world_basis,
        cast(null as integer) as economies_counted,
        trade.value_usd_millions as world_exports_millions
    from {{ ref('stg_wto_trade__merchandise') }} as trade
    inner join {{ ref('product_set_codes') }} as codes
        on
            codes.definition = 'wto_mamtotic'
            and trade.product_code = codes.product_code
    where
        trade.reporter_code = '000'
        and trade.flow_type = 'export'
        and trade.published_to is null
),

united as (
    select * from summed
    union all
    select * from printed
)

select
    definition,
    product_set,
    period_year,
    world_basis,
    economies_counted,
    cast(world_exports_millions as decimal(26, 9)) as world_exports_millions
from united
where world_exports_millions > 0
