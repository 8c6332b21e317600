with members as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        revenue_usd_millions as revenue,
        cast(share_of_market_pct as decimal(16, 12)) as share_of_market_pct,
        market_basis,
        row_number() over (
            partition by ranking_id, foundry_scope
            order by revenue_usd_millions asc, company_printed asc
        ) as place_from_below
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
        {{ gini('revenue', 'place_from_below') }} as gini,
        {{ hhi_within('revenue') }} as hhi_within,
        count(share_of_market_pct) = count(*) as has_shares,
        min(market_basis) as market_basis,
        cast(sum(share_of_market_pct) as double) as share_sum,
        {{ hhi_floor('share_of_market_pct') }} as hhi_floor,
        {{ hhi_upper_bound('share_of_market_pct') }} as hhi_upper_bound
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
        {{ gini_corrected('gini', 'firms') }} as gini_corrected,
        hhi_within,
        case when has_shares then hhi_floor end as hhi_floor,
        case when has_shares then hhi_upper_bound end as hhi_upper_bound
    from summed
)

select * from concentration
order by ranking_series, data_year, ranking_id, foundry_scope
