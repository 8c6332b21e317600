with rankings as (
    select * from {{ ref('int_company_rankings') }}
    where row_kind = 'company'
),

shares as (
    select * from {{ ref('int_ranking_shares') }}
),

-- Companies whose own share is not printed have one of the market all the same.
implied as (
    select
        ranking_id,
        max(market_implied_usd_millions) as market_usd_millions
    from shares
    group by ranking_id
),

corrections as (
    select * from {{ ref('int_ranking_corrections') }}
),

final as (
    select
        rankings.ranking_id,
        rankings.ranking_series,
        rankings.publisher,
        rankings.release_date as release_on,
        rankings.release_status,
        rankings.data_year,
        rankings.is_complete_top_ten,
        rankings.revenue_rank,
        rankings.company_printed,
        rankings.company_id,
        rankings.company_name_en,
        rankings.company_name_zh,
        rankings.country_code,
        rankings.revenue_usd_millions,
        rankings.share_pct as share_pct_printed,
        100
        * cast(rankings.revenue_usd_millions as double)
        / cast(
            coalesce(rankings.market_usd_millions, implied.market_usd_millions)
            as double
        ) as share_pct_implied,
        coalesce(shares.share_state, 'not_checkable') as share_state,
        rankings.prior_year_rank as prior_year_rank_printed,
        rankings.prior_year_revenue_usd_millions,
        rankings.note,
        cast(corrections.revenue_usd_millions as decimal(18, 2))
            as revenue_usd_millions_corrected,
        corrections.share_pct as share_pct_corrected,
        corrections.reason as correction_reason,
        corrections.source_url as correction_source_url
    from rankings
    left join shares
        on
            rankings.ranking_id = shares.ranking_id
            and rankings.company_printed = shares.company_printed
    left join implied on rankings.ranking_id = implied.ranking_id
    left join corrections
        on
            rankings.raw_table = corrections.raw_table
            and rankings.row_key = corrections.row_key
)

select * from final
order by ranking_series, data_year, ranking_id, revenue_rank, company_printed
