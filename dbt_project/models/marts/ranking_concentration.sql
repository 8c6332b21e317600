with members as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        cast(revenue_usd_millions as double) as revenue,
        share_of_market_pct,
        market_basis,
        row_number() over (
            partition by ranking_id, foundry_scope
            order by revenue_usd_millions asc, company_printed asc
        ) as place_from_below,
        sum(cast(revenue_usd_millions as double)) over (
            partition by ranking_id, foundry_scope
        ) as revenue_of_all
    from {{ ref('int_ranking_members') }}
),

summed as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        cast(count(*) as integer) as firms,
        cast(sum(revenue) as decimal(18, 2)) as revenue_usd_millions,
        (2 * sum(place_from_below * revenue) - (count(*) + 1) * max(revenue_of_all))
        / (count(*) * max(revenue_of_all)) as gini,
        10000 * sum(revenue * revenue) / (max(revenue_of_all) * max(revenue_of_all))
            as hhi_within,
        count(share_of_market_pct) = count(*) as has_shares,
        min(market_basis) as market_basis,
        sum(share_of_market_pct) as share_sum,
        min(share_of_market_pct) as smallest_share,
        sum(share_of_market_pct * share_of_market_pct) as squared_share_sum
    from members
    group by ranking_id, ranking_series, release_status, data_year, foundry_scope
),

concentration as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        firms,
        revenue_usd_millions,
        case when has_shares then share_sum end as share_of_market_pct,
        market_basis,
        gini,
        gini * firms / (firms - 1) as gini_corrected,
        hhi_within,
        case when has_shares then squared_share_sum end as hhi_floor,
        -- Nobody outside the list is larger than the last in it.
        case
            when has_shares then squared_share_sum + (100 - share_sum) * smallest_share
        end as hhi_upper_bound
    from summed
)

select * from concentration
order by ranking_series, data_year, ranking_id, foundry_scope
