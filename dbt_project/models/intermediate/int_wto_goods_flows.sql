-- The WTO's exports and imports of electronic components, and of all goods, of every
-- economy that reports. Groups of economies are not economies.
select
    trade.economy_code,
    codes.definition,
    'USD' as currency_code,
    'wto_trade' as source,
    codes.product_set,
    trade.flow_type,
    'annual' as period_kind,
    make_date(trade.period_year, 1, 1) as period_start_date,
    12 as months_covered,
    cast(trade.value_usd_millions as decimal(26, 9)) as value_millions,
    'as_published' as value_basis,
    trade.published_from,
    trade.published_to,
    trade.recorded_from,
    true as is_dated
from {{ ref('stg_wto_trade__merchandise') }} as trade
inner join {{ ref('product_set_codes') }} as codes
    on
        codes.definition = 'wto_mamtotic'
        and trade.product_code = codes.product_code
where trade.economy_code is not null and trade.value_usd_millions is not null
