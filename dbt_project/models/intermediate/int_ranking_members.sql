-- The ten companies of every complete ranking, and the ten it would have with the
-- foundries that it leaves out, where their revenue of the year is known.
with rankings as (
    select
        rankings.ranking_id,
        rankings.ranking_series,
        rankings.release_status,
        rankings.data_year,
        rankings.is_with_foundries,
        rankings.company_printed,
        rankings.company_id,
        rankings.country_code,
        rankings.revenue_rank,
        rankings.revenue_usd_millions,
        coalesce(
            100
            * cast(rankings.revenue_usd_millions as double)
            / cast(rankings.market_usd_millions as double),
            rankings.share_pct
        ) as share_of_market_pct,
        case
            when rankings.market_usd_millions is not null then 'printed_total'
            when rankings.share_pct is not null then 'printed_shares'
            else 'not_printed'
        end as market_basis
    from {{ ref('int_company_rankings') }} as rankings
    where
        rankings.is_complete_top_ten
        and rankings.row_kind = 'company'
        and rankings.revenue_rank <= 10
),

stated as (
    select * from {{ ref('foundry_revenues') }}
    {% if var('as_of') %}
    where published_on <= {{ as_of() }}
    {% endif %}
),

headers as (
    select distinct
        ranking_id,
        ranking_series,
        release_status,
        data_year
    from rankings
    where not is_with_foundries
),

foundries as (
    select
        headers.ranking_id,
        headers.ranking_series,
        headers.release_status,
        headers.data_year,
        foundries.company_id,
        companies.name_en as company_printed,
        companies.country_code,
        foundries.revenue_usd_millions
    from headers
    inner join stated as foundries on headers.data_year = foundries.data_year
    inner join {{ ref('companies') }} as companies
        on
            foundries.company_id = companies.company_id
            and foundries.data_year >= companies.from_year
            and foundries.data_year <= coalesce(companies.to_year, 9999)
),

joined as (
    select
        rankings.ranking_id,
        rankings.ranking_series,
        rankings.release_status,
        rankings.data_year,
        rankings.company_id,
        rankings.company_printed,
        rankings.country_code,
        rankings.revenue_usd_millions
    from rankings
    where
        rankings.ranking_id in (select foundries.ranking_id from foundries)
    union all
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        company_id,
        company_printed,
        country_code,
        revenue_usd_millions
    from foundries
),

reranked as (
    select
        *,
        cast(
            row_number() over (
                partition by ranking_id
                order by revenue_usd_millions desc, company_printed asc
            ) as integer
        ) as revenue_rank
    from joined
),

members as (
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        case when is_with_foundries then 'with_foundries' else 'without_foundries' end
            as foundry_scope,
        company_id,
        company_printed,
        country_code,
        revenue_rank,
        revenue_usd_millions,
        share_of_market_pct,
        market_basis
    from rankings
    union all
    -- What a foundry sells to a ranked company is in that company's revenue too, so
    -- that no market total holds for both.
    select
        ranking_id,
        ranking_series,
        release_status,
        data_year,
        'with_foundries' as foundry_scope,
        company_id,
        company_printed,
        country_code,
        revenue_rank,
        revenue_usd_millions,
        cast(null as double) as share_of_market_pct,
        'foundries_counted_twice' as market_basis
    from reranked
    where revenue_rank <= 10
)

select
    members.*,
    heirs.heir_id,
    heirs.heir_country_code
from members
inner join {{ ref('int_company_heirs') }} as heirs
    on members.company_id = heirs.company_id
