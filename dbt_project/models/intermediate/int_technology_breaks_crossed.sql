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

flagged as (
    select distinct
        case bop_manual
            when 'bpm6' then 'wto_bop6_sh'
            when 'bpm5' then 'wto_bop5_royalties'
        end as definition,
        economy_code,
        period_year as effective_year
    from {{ ref('stg_wto_trade__services') }}
    where
        value_flag_code = 'B'
        and published_to is null
        and economy_code is not null
),

breaks as (
    select
        breaks.break_id,
        breaks.definition,
        breaks.product_set,
        breaks.severity = 'major' and not breaks.is_bridged as is_major,
        coalesce(breaks.economy_code, flagged.economy_code) as economy_code,
        coalesce(breaks.effective_year, flagged.effective_year) as effective_year
    from {{ ref('definition_breaks') }} as breaks
    left join flagged
        on
            breaks.break_kind = 'flagged'
            and breaks.definition = flagged.definition
    where breaks.domain = 'technology'
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
    inner join {{ ref('definitions') }} as definitions
        on series_years.definition = definitions.definition
    inner join breaks
        on
            series_years.period_year = breaks.effective_year
            and breaks.definition in (definitions.definition, definitions.family)
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
