-- The registered breaks between each year of a series and the year before it. Where
-- there are several, a major one is named.
with series_years as (
    select distinct
        series_id,
        economy_code,
        industry,
        definition,
        period_year
    from {{ ref('int_technology_balances') }}
),

crossed as (
    select
        series_years.series_id,
        series_years.period_year,
        coalesce(
            min(case when breaks.is_major then breaks.break_id end),
            min(breaks.break_id)
        ) as break_id,
        max(case when breaks.is_major then 1 else 0 end) = 1 as is_major
    from series_years
    inner join {{ ref('int_dated_breaks') }} as breaks
        on
            breaks.domain = 'technology'
            and series_years.definition = breaks.definition
            and series_years.period_year = breaks.effective_year
            and (
                breaks.economy_code is null
                or series_years.economy_code = breaks.economy_code
            )
            and (
                breaks.product_set is null
                or series_years.industry = breaks.product_set
            )
    group by series_years.series_id, series_years.period_year
)

select * from crossed
