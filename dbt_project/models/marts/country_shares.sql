with rankings as (
    select * from {{ ref('int_company_rankings') }}
    where is_complete_top_ten
),

top_ten as (
    select * from rankings
    where row_kind = 'company' and revenue_rank <= 10
),

summed as (
    select
        ranking_id,
        ranking_series,
        data_year,
        country_code,
        cast(count(*) as integer) as firms_in_top_ten,
        cast(sum(revenue_usd_millions) as decimal(18, 2)) as revenue_usd_millions,
        max(market_usd_millions) as market_usd_millions
    from top_ten
    group by ranking_id, ranking_series, data_year, country_code
),

shares as (
    select
        ranking_id,
        ranking_series,
        data_year,
        country_code,
        firms_in_top_ten,
        revenue_usd_millions,
        100
        * cast(revenue_usd_millions as double)
        / cast(sum(revenue_usd_millions) over (partition by ranking_id) as double)
            as share_of_top_ten_pct,
        100
        * cast(revenue_usd_millions as double)
        / cast(market_usd_millions as double) as share_of_market_pct
    from summed
)

select * from shares
order by ranking_series, data_year, ranking_id, country_code
