-- Every company of the two tables of a comparison, `from` and `to`, with its share of
-- the market that the table prints or, without one, that its shares imply.
with sides as (
    select
        'from' as side,
        from_ranking_id as ranking_id,
        *
    from {{ ref('int_ranking_pairs') }}
    union all
    select
        'to' as side,
        to_ranking_id as ranking_id,
        *
    from {{ ref('int_ranking_pairs') }}
),

implied as (
    select
        ranking_id,
        max(market_implied_usd_millions) as market_usd_millions
    from {{ ref('int_ranking_shares') }}
    group by ranking_id
),

listed as (
    select
        sides.side,
        sides.ranking_series,
        sides.pair_status,
        sides.to_ranking_id,
        sides.from_year,
        sides.to_year,
        rankings.company_printed,
        rankings.company_id,
        rankings.company_name_en,
        rankings.company_name_zh,
        rankings.country_code,
        rankings.revenue_rank,
        cast(rankings.revenue_usd_millions as double) as revenue_usd_millions,
        cast(
            coalesce(rankings.market_usd_millions, implied.market_usd_millions)
            as double
        ) as market_usd_millions
    from sides
    inner join {{ ref('int_company_rankings') }} as rankings
        on sides.ranking_id = rankings.ranking_id
    left join implied on sides.ranking_id = implied.ranking_id
    where rankings.row_kind = 'company'
)

select * from listed
