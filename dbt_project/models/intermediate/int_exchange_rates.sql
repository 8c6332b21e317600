-- One rate per currency and period. Within a calendar year all months of a currency are
-- of one source, so that no mean and no sum mixes two.
with annual_averages as (
    select * from {{ ref('stg_federal_reserve_rates__annual_averages') }}
    where published_to is null
),

monthly_averages as (
    {% for source, is_fallback in [
        ('cbc_rates', false), ('boj_rates', false), ('frankfurter_rates', true)
    ] -%}
    select
        currency_code,
        month_date,
        date_part('year', month_date) as rate_year,
        rate_per_usd,
        '{{ source }}' as rate_source,
        {{ is_fallback | lower }} as is_fallback,
        published_from
    from {{ ref('stg_' ~ source ~ '__monthly_averages') }}
    where published_to is null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

source_years as (
    select
        currency_code,
        rate_year,
        rate_source,
        is_fallback,
        count(*) = 12 as is_complete,
        count(*) = max(date_part('month', month_date)) as is_gapless
    from monthly_averages
    group by currency_code, rate_year, rate_source, is_fallback
),

-- A running year stays with the central bank, even if the fallback is a month ahead.
ranked_years as (
    select
        currency_code,
        rate_year,
        rate_source,
        row_number() over (
            partition by currency_code, rate_year
            order by is_complete desc, is_gapless desc, is_fallback asc
        ) as preference
    from source_years
),

chosen_months as (
    select monthly_averages.*
    from monthly_averages
    inner join ranked_years
        on
            monthly_averages.currency_code = ranked_years.currency_code
            and monthly_averages.rate_year = ranked_years.rate_year
            and monthly_averages.rate_source = ranked_years.rate_source
    where ranked_years.preference = 1
),

months as (
    select
        chosen_months.currency_code,
        'monthly' as period_kind,
        chosen_months.month_date as period_start_date,
        chosen_months.rate_per_usd,
        chosen_months.rate_source,
        'monthly_average' as rate_kind,
        chosen_months.is_fallback,
        cast(chosen_months.rate_per_usd as double)
        / cast(fallback.rate_per_usd as double) as fallback_ratio,
        chosen_months.published_from
    from chosen_months
    left join monthly_averages as fallback
        on
            chosen_months.currency_code = fallback.currency_code
            and chosen_months.month_date = fallback.month_date
            and fallback.is_fallback
            and not chosen_months.is_fallback
),

published_years as (
    select
        currency_code,
        'annual' as period_kind,
        make_date(rate_year, 1, 1) as period_start_date,
        rate_per_usd,
        'federal_reserve_rates' as rate_source,
        'published_annual_average' as rate_kind,
        false as is_fallback,
        cast(null as double) as fallback_ratio,
        published_from
    from annual_averages
),

-- A year that no publisher averages is the mean of its twelve months.
computed_years as (
    select
        currency_code,
        'annual' as period_kind,
        make_date(cast(rate_year as integer), 1, 1) as period_start_date,
        cast(avg(rate_per_usd) as decimal(18, 6)) as rate_per_usd,
        rate_source,
        'mean_of_monthly_averages' as rate_kind,
        is_fallback,
        cast(null as double) as fallback_ratio,
        max(published_from) as published_from
    from chosen_months
    group by currency_code, rate_year, rate_source, is_fallback
    having count(*) = 12
),

rates as (
    select * from months
    union all
    select * from published_years
    union all
    select computed_years.*
    from computed_years
    left join published_years
        on
            computed_years.currency_code = published_years.currency_code
            and computed_years.period_start_date = published_years.period_start_date
    where published_years.currency_code is null
)

select
    currency_code,
    period_kind,
    case period_kind
        when 'annual' then substr(cast(period_start_date as string), 1, 4)
        else substr(cast(period_start_date as string), 1, 7)
    end as period,
    period_start_date,
    rate_per_usd,
    rate_source,
    rate_kind,
    is_fallback,
    fallback_ratio,
    published_from
from rates
