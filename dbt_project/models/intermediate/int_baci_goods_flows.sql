-- BACI's trade of every economy, six-digit products summed to product sets. Each
-- revision of the Harmonized System is a definition of its own. A version restates all
-- years; an economy without a row of a product has no known trade in it.
{%- set keys = [
    'economy_code', 'definition', 'product_set', 'flow_type', 'period_year',
] %}

with parts as (
    select
        trade.economy_code,
        codes.definition,
        codes.product_set,
        trade.flow_type,
        trade.period_year,
        codes.weight,
        trade.value_usd_millions as value_millions,
        trade.published_from,
        trade.published_to,
        trade.recorded_from
    from {{ ref('stg_cepii_baci__trade') }} as trade
    inner join {{ ref('product_set_codes') }} as codes
        on
            'baci_' || lower(trade.hs_revision) = codes.definition
            and (
                trade.product_code = codes.product_code
                or left(trade.product_code, 4) = codes.product_code
            )
    where trade.economy_code is not null
),

{{ sums_over_time('summed', 'parts', keys) }}

select
    economy_code,
    definition,
    'USD' as currency_code,
    'cepii_baci' as source,
    product_set,
    flow_type,
    'annual' as period_kind,
    make_date(period_year, 1, 1) as period_start_date,
    12 as months_covered,
    cast(value_millions as decimal(26, 9)) as value_millions,
    case product_set when 'all_goods' then 'as_published' else 'sum_of_products' end
        as value_basis,
    published_from,
    published_to,
    recorded_from,
    true as is_dated
from summed
where parts_added > 0
