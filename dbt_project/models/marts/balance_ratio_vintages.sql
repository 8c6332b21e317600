with balances as (
    select * from {{ ref('int_goods_balances') }}
),

vintages as (
    select
        series_id,
        economy_code,
        product_set,
        definition,
        period_kind,
        period,
        period_year,
        months_covered,
        currency_code,
        cast(exports_millions as decimal(20, 3)) as exports_millions,
        cast(imports_millions as decimal(20, 3)) as imports_millions,
        balance_ratio,
        log_ratio,
        ratio_state,
        source,
        published_from,
        published_to,
        is_dated,
        is_first_print
    from balances
)

select * from vintages
order by series_id, period, published_from
