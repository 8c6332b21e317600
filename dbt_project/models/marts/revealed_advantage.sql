-- An economy's share of the world's exports of a product over its share of all exports.
-- Without all four figures there is no row.
with shares as (
    select * from {{ ref('world_shares') }}
),

advantages as (
    select
        product.economy_code,
        product.product_set,
        product.definition,
        product.period_year,
        product.world_share_pct,
        total.world_share_pct as all_goods_share_pct,
        product.world_share_pct / total.world_share_pct as revealed_advantage,
        product.source
    from shares as product
    inner join shares as total
        on
            product.economy_code = total.economy_code
            and product.definition = total.definition
            and product.period_year = total.period_year
    where
        product.product_set <> 'all_goods'
        and total.product_set = 'all_goods'
        and total.world_share_pct > 0
)

select
    economy_code,
    product_set,
    definition,
    period_year,
    world_share_pct,
    all_goods_share_pct,
    revealed_advantage,
    {{ symmetric_index('revealed_advantage') }} as symmetric_revealed_advantage,
    source
from advantages
order by definition, product_set, economy_code, period_year
