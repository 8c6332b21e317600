-- Months of Japan's running years: what one edition adds to the one before it. They are
-- first prints by nature. A restated year minus a year to date would mix two prints,
-- and across a missing edition two months would pass for one.
with editions as (
    select
        product_set,
        flow_type,
        trade_year,
        months_covered,
        value_jpy_millions,
        published_from,
        recorded_from,
        payload_sha256,
        lag(months_covered) over (year_to_date) as earlier_months_covered,
        lag(value_jpy_millions) over (year_to_date) as earlier_value_jpy_millions
    from {{ ref('stg_japan_customs__annual_trade') }}
    where partner_code = 'WLD'
    window year_to_date as (
        partition by product_set, flow_type, trade_year order by published_from
    )
),

month_prints as (
    select
        product_set,
        flow_type,
        make_date(trade_year, months_covered, 1) as month_date,
        cast(
            value_jpy_millions - coalesce(earlier_value_jpy_millions, 0)
            as decimal(20, 3)
        ) as value_jpy_millions,
        published_from,
        recorded_from,
        payload_sha256
    from editions
    where months_covered = coalesce(earlier_months_covered, 0) + 1
)

select * from month_prints
