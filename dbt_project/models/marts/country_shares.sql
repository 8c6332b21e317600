with members as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        company_printed,
        company_id,
        country_code,
        heir_id,
        heir_country_code,
        revenue_usd_millions as revenue,
        -- Exact, or the sum would depend on the order of the rows.
        cast(share_of_market_pct as decimal(38, 12)) as share_of_market_pct,
        market_basis
    from {{ ref('int_ranking_members') }}
),

bases as (
    select
        'headquarters' as country_basis,
        country_code as counted_country_code,
        -- One row is one firm: no ranking prints a company twice.
        company_printed as firm,
        *
    from members
    union all
    select
        'lineage' as country_basis,
        heir_country_code as counted_country_code,
        heir_id as firm,
        *
    from members
),

summed as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        country_basis,
        counted_country_code as country_code,
        cast(count(distinct firm) as integer) as firms_in_top_ten,
        sum(revenue) as revenue,
        case
            when count(share_of_market_pct) = count(*)
                then cast(sum(share_of_market_pct) as double)
        end as share_of_market_pct,
        min(market_basis) as market_basis
    from bases
    group by
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        foundry_scope,
        country_basis,
        counted_country_code
),

shares as (
    select
        summed.ranking_id,
        summed.ranking_series,
        summed.release_status,
        summed.data_year,
        summed.foundry_scope,
        summed.country_basis,
        summed.country_code,
        economies.name_en as country_name_en,
        economies.name_zh as country_name_zh,
        summed.firms_in_top_ten,
        cast(summed.revenue as decimal(18, 2)) as revenue_usd_millions,
        100
        * cast(summed.revenue as double)
        / cast(
            sum(summed.revenue) over (
                partition by
                    summed.ranking_id, summed.foundry_scope, summed.country_basis
            ) as double
        ) as share_of_top_ten_pct,
        summed.share_of_market_pct,
        summed.market_basis
    from summed
    left join {{ ref('economies') }} as economies
        on summed.country_code = economies.economy_code
)

select * from shares
order by
    ranking_series, data_year, ranking_id, foundry_scope, country_basis, country_code
