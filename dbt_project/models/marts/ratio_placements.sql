-- Where an economy's newest complete year lies in another's own history of the same
-- product by the same definition (the two customs offices' own count as one), or of the
-- same statistic of technology. Needs no threshold: nobody has to
-- say what a high ratio is.
with ratios as (
    select
        ratios.series_id,
        'goods' as domain,
        ratios.economy_code,
        ratios.product_set || '.' || definitions.comparison_group as counterpart,
        ratios.period_year,
        ratios.balance_ratio
    from {{ ref('balance_ratios') }} as ratios
    inner join {{ ref('definitions') }} as definitions
        on ratios.definition = definitions.definition
    where ratios.period_kind = 'annual' and ratios.balance_ratio is not null
    union all
    select
        series_id,
        'technology' as domain,
        economy_code,
        -- All but the economy: industry, definition, partners and kind of year.
        substr(series_id, 4) as counterpart,
        period_year,
        balance_ratio
    from {{ ref('technology_balances') }}
    where balance_ratio is not null
),

subjects as (
    select
        *,
        row_number() over (partition by series_id order by period_year desc) as recency
    from ratios
    where economy_code = 'TWN'
),

compared as (
    select
        subjects.series_id,
        subjects.domain,
        subjects.period_year,
        subjects.balance_ratio,
        history.series_id as reference_series_id,
        history.period_year as reference_year,
        history.balance_ratio as reference_ratio,
        max(
            case
                when history.balance_ratio >= subjects.balance_ratio
                    then history.period_year
            end
        ) over (partition by subjects.series_id, history.series_id)
            as last_year_at_or_above,
        max(
            case
                when history.balance_ratio < subjects.balance_ratio
                    then history.period_year
            end
        ) over (partition by subjects.series_id, history.series_id)
            as last_year_below
    from subjects
    inner join ratios as history
        on
            subjects.domain = history.domain
            and subjects.counterpart = history.counterpart
            and history.economy_code = 'JPN'
    where subjects.recency = 1
),

summed as (
    select
        series_id,
        domain,
        period_year,
        balance_ratio,
        reference_series_id,
        last_year_at_or_above,
        last_year_below,
        min(reference_year) as reference_first_year,
        max(reference_year) as reference_last_year,
        cast(count(*) as integer) as reference_years,
        count(case when reference_ratio < balance_ratio then 1 end) as years_below,
        min(
            case
                when reference_year > coalesce(last_year_at_or_above, 0)
                    then reference_year
            end
        ) as next_year_below,
        min(
            case
                when reference_year > coalesce(last_year_below, 0)
                    then reference_year
            end
        ) as next_year_at_or_above,
        max(case when reference_year = period_year then reference_ratio end)
            as reference_ratio_same_year
    from compared
    group by
        series_id,
        domain,
        period_year,
        balance_ratio,
        reference_series_id,
        last_year_at_or_above,
        last_year_below
),

-- The reference's ratios in the years that were found.
{%- set found = [
    ('last_year_at_or_above', 'ratio_last_at_or_above'),
    ('next_year_below', 'ratio_next_below'),
    ('last_year_below', 'ratio_last_below'),
    ('next_year_at_or_above', 'ratio_next_at_or_above'),
] %}

placed as (
    select
        summed.series_id,
        summed.domain,
        summed.period_year,
        summed.balance_ratio,
        summed.reference_series_id,
        summed.reference_first_year,
        summed.reference_last_year,
        summed.reference_years,
        100.0 * cast(summed.years_below as double) / summed.reference_years
            as percentile_in_reference,
        summed.last_year_at_or_above as last_reference_year_at_or_above,
        ratio_last_at_or_above.reference_ratio as reference_ratio_in_that_year,
        summed.next_year_below as first_reference_year_below,
        ratio_next_below.reference_ratio as reference_ratio_in_first_year_below,
        summed.last_year_below as last_reference_year_below,
        ratio_last_below.reference_ratio as reference_ratio_in_last_year_below,
        summed.next_year_at_or_above as first_reference_year_at_or_above,
        ratio_next_at_or_above.reference_ratio
            as reference_ratio_in_first_year_at_or_above,
        summed.reference_ratio_same_year
    from summed
    {% for year, alias in found %}
    left join compared as {{ alias }}
        on
            summed.series_id = {{ alias }}.series_id
            and summed.reference_series_id = {{ alias }}.reference_series_id
            and summed.{{ year }} = {{ alias }}.reference_year
    {% endfor %}
)

select * from placed
order by series_id, reference_series_id
