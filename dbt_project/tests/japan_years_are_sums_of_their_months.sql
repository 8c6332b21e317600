-- A year made from monthly figures is the sum of its twelve months and of nothing else.
with standing as (
    select
        product_set,
        flow_type,
        period_kind,
        extract(year from period_start_date) as trade_year,
        value_millions
    from {{ ref('int_goods_trade_flows') }}
    where economy_code = 'JPN' and not is_dated and published_to is null
),

compared as (
    select
        product_set,
        flow_type,
        trade_year,
        sum(case when period_kind = 'annual' then value_millions end) as annual_value,
        sum(case when period_kind = 'monthly' then value_millions end) as months_value,
        count(case when period_kind = 'monthly' then 1 end) as months
    from standing
    group by product_set, flow_type, trade_year
)

select * from compared
where
    (months = 12 and annual_value is null)
    or (annual_value is not null and (months <> 12 or annual_value <> months_value))
