-- C01, what the article presumes of Japan before its own figures begin: technology
-- below balance in every year known, goods above all that the article calls low.
with technology as (
    select
        fiscal_year,
        cast(exports_jpy_millions as double) / imports_jpy_millions as ratio
    from {{ ref('stg_japan_technology_trade__points') }}
    where
        statistic = 'rd_survey'
        and industry = 'electrical_machinery'
        and affiliation = 'all'
        and fiscal_year between 1970 and 1989
        and published_to is null
        and imports_jpy_millions > 0
),

goods as (
    select
        period_year,
        balance_ratio
    from {{ ref('int_goods_balances') }}
    where
        series_id = 'jpn.components.customs_principal.ratio.a'
        and period_year between 1970 and 1989
        and published_to is null
        and balance_ratio is not null
),

technology_summed as (
    select
        max(fiscal_year) as last_year,
        max(ratio) as highest_ratio,
        {{ joined(
            "cast(fiscal_year as string) || ' (' || printf('%.3f', ratio) || ')'",
            'fiscal_year',
        ) }} as years
    from technology
),

goods_summed as (
    select
        min(balance_ratio) as lowest_ratio,
        {{ joined(
            "cast(period_year as string) || ' (' || printf('%.2f', balance_ratio) || ')'",
            'period_year',
        ) }} as years
    from goods
),

-- The article still calls C16's figure, its highest of this series, low.
called_low as (
    select claimed_value
    from {{ ref('int_article_claims') }}
    where claim_id = 'C16'
),

checks as (
    select
        'C01' as claim_id,
        technology.ratio as our_value,
        technology.fiscal_year as our_year,
        case
            when technology_summed.highest_ratio >= 1 then 'differs'
            when goods_summed.lowest_ratio <= called_low.claimed_value then 'differs'
            else 'partly_supported'
        end as replication_status,
        'premise_of_single_years' as reason_code,
        technology_summed.years
        || '|' || coalesce(goods_summed.years, '–')
        || '|' || coalesce(printf('%.2f', called_low.claimed_value), '–')
            as reason_values,
        'japan_technology_trade' as our_source,
        cast(null as date) as published_on
    from technology
    inner join technology_summed on technology.fiscal_year = technology_summed.last_year
    cross join goods_summed
    cross join called_low
)

select * from checks
