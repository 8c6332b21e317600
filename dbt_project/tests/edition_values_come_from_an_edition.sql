-- A value is dated by an edition that reaches as far as the value does: the months of
-- its running year, or the end of a closed year.
with trade as (
    select
        trade_year,
        months_covered,
        cast(published_from as date) as published_date
    from {{ ref('stg_japan_customs__annual_trade') }}
),

compared as (
    select
        trade.trade_year,
        trade.months_covered,
        trade.published_date,
        editions.latest_month_date,
        make_date(trade.trade_year, trade.months_covered, 1) as last_month_date
    from trade
    left join {{ ref('stg_japan_customs__editions') }} as editions
        on trade.published_date = editions.published_date
)

select * from compared
where
    latest_month_date is null
    or last_month_date > latest_month_date
    or (months_covered < 12 and last_month_date <> latest_month_date)
