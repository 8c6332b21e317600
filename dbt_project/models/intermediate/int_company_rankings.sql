-- Every row of every ranking, the article's tables among them, with the company it
-- means under the name and at the seat it had in that year.
with article as (
    select * from {{ ref('stg_article__top_ten') }}
),

-- A house's rankings are one series, its rankings with foundries another.
releases as (
    select
        *,
        case
            when publisher in ('Gartner', 'Dataquest (Gartner)') then 'gartner'
            else replace(lower(publisher), ' ', '_')
        end
        || case when is_with_foundries then '_with_foundries' else '' end
            as ranking_series
    from {{ ref('stg_company_revenues__releases') }}
),

aliases as (
    select * from {{ ref('company_aliases') }}
),

companies as (
    select * from {{ ref('companies') }}
),

listed as (
    select
        'article.' || cast(data_year as string) as ranking_id,
        'article' as ranking_series,
        'article' as publisher,
        cast(null as string) as release_date_printed,
        cast(null as date) as release_date,
        'as_printed' as release_status,
        data_year,
        'company' as row_kind,
        company_printed,
        revenue_rank,
        cast(null as integer) as prior_year_rank,
        revenue_usd_millions,
        -- Two decimals of US$ 100 million.
        1 as revenue_rounding_usd_millions,
        share_pct,
        cast(null as decimal(18, 2)) as prior_year_revenue_usd_millions,
        cast(null as double) as growth_pct,
        cast(null as boolean) as is_said_complete,
        false as is_with_foundries,
        cast(null as string) as note,
        'article__top_ten' as raw_table,
        row_key
    from article
    union all
    select
        ranking_series
        || '.' || cast(data_year as string)
        || '.' || release_status
        || '.' || release_date_printed as ranking_id,
        ranking_series,
        publisher,
        release_date_printed,
        release_date,
        release_status,
        data_year,
        row_kind,
        company_printed,
        revenue_rank,
        prior_year_rank,
        revenue_usd_millions,
        revenue_rounding_usd_millions,
        share_pct,
        prior_year_revenue_usd_millions,
        growth_pct,
        is_said_complete,
        is_with_foundries,
        note,
        'company_revenues__releases' as raw_table,
        row_key
    from releases
),

named as (
    select
        listed.*,
        aliases.company_id,
        companies.name_en as company_name_en,
        companies.name_zh as company_name_zh,
        companies.country_code,
        max(case when listed.row_kind = 'total' then listed.revenue_usd_millions end)
            over (partition by listed.ranking_id) as market_usd_millions,
        sum(
            case
                when listed.revenue_rank <= 10 and listed.revenue_usd_millions > 0
                    then 1
                else 0
            end
        ) over (partition by listed.ranking_id) = 10 as is_complete_top_ten
    from listed
    left join aliases
        on
            listed.row_kind = 'company'
            and listed.company_printed = aliases.printed_name
            and listed.data_year >= coalesce(aliases.from_year, 0)
            and listed.data_year <= coalesce(aliases.to_year, 9999)
    left join companies
        on
            aliases.company_id = companies.company_id
            and listed.data_year >= companies.from_year
            and listed.data_year <= coalesce(companies.to_year, 9999)
)

select * from named
