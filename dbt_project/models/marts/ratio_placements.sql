-- Where an economy's newest complete year lies in another's own history of the same
-- product. Needs no threshold: nobody has to say what a high ratio is.
with ratios as (
    select * from {{ ref('balance_ratios') }}
    where period_kind = 'annual' and balance_ratio is not null
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
            as last_year_at_or_above
    from subjects
    inner join ratios as history
        on subjects.product_set = history.product_set and history.economy_code = 'JPN'
    where subjects.recency = 1
),

summed as (
    select
        series_id,
        period_year,
        balance_ratio,
        reference_series_id,
        last_year_at_or_above,
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
        max(case when reference_year = period_year then reference_ratio end)
            as reference_ratio_same_year
    from compared
    group by
        series_id,
        period_year,
        balance_ratio,
        reference_series_id,
        last_year_at_or_above
),

placed as (
    select
        summed.series_id,
        summed.period_year,
        summed.balance_ratio,
        summed.reference_series_id,
        summed.reference_first_year,
        summed.reference_last_year,
        summed.reference_years,
        100.0 * cast(summed.years_below as double) / summed.reference_years
            as percentile_in_reference,
        summed.last_year_at_or_above as last_reference_year_at_or_above,
        above.reference_ratio as reference_ratio_in_that_year,
        summed.next_year_below as first_reference_year_below,
        below.reference_ratio as reference_ratio_in_first_year_below,
        summed.reference_ratio_same_year
    from summed
    left join compared as above
        on
            summed.series_id = above.series_id
            and summed.reference_series_id = above.reference_series_id
            and summed.last_year_at_or_above = above.reference_year
    left join compared as below
        on
            summed.series_id = below.series_id
            and summed.reference_series_id = below.reference_series_id
            and summed.next_year_below = below.reference_year
)

select * from placed
order by series_id, reference_series_id
