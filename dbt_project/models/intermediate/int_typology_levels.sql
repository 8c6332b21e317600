-- The level of every annual ratio for every set of thresholds, without memory and with
-- hysteresis: a level is left only when its cut is passed by so much.
{%- set hysteresis = 0.05 %}
{%- set borderline = 0.10 %}
{%- set imports_dearer_by = 1.06 %}

with thresholds as (
    select
        threshold_set,
        'goods' as domain,
        goods_low_cut as low_cut,
        goods_high_cut as high_cut
    from {{ ref('typology_thresholds') }}
    union all
    select
        threshold_set,
        'technology' as domain,
        technology_low_cut as low_cut,
        technology_high_cut as high_cut
    from {{ ref('typology_thresholds') }}
),

-- A ratio of zero has no logarithm and lies far below any cut.
classified as (
    select
        ratios.*,
        thresholds.threshold_set,
        thresholds.low_cut,
        thresholds.high_cut,
        round(ratios.log_ratio - ln(thresholds.low_cut), 9) as above_low_cut,
        round(ratios.log_ratio - ln(thresholds.high_cut), 9) as above_high_cut,
        {{ typology_level(
            'ratios.balance_ratio', 'thresholds.low_cut', 'thresholds.high_cut'
        ) }} as ratio_level,
        {{ typology_level(
            'ratios.balance_ratio * ' ~ imports_dearer_by,
            'thresholds.low_cut',
            'thresholds.high_cut',
        ) }} as level_at_one_valuation
    from {{ ref('int_typology_ratios') }} as ratios
    inner join thresholds on ratios.domain = thresholds.domain
),

-- Each cut is passed or not by itself: 1 passed upwards, 0 downwards, NULL not decided,
-- when the side of the year before goes on.
decided as (
    select
        *,
        case
            when is_start_of_run
                then case when ratio_level = 'low' then 0 else 1 end
            when above_low_cut >= {{ hysteresis }} then 1
            when above_low_cut is null or above_low_cut < -{{ hysteresis }} then 0
        end as low_decision,
        case
            when is_start_of_run
                then case when ratio_level = 'high' then 1 else 0 end
            when above_high_cut >= {{ hysteresis }} then 1
            when above_high_cut is null or above_high_cut < -{{ hysteresis }} then 0
        end as high_decision
    from classified
),

counted as (
    select
        *,
        count(low_decision) over years as low_stretch,
        count(high_decision) over years as high_stretch
    from decided
    window years as (
        partition by series_id, smoothing_years, threshold_set order by period_year
    )
),

-- In each stretch one decision stands, its first year's.
remembered as (
    select
        *,
        max(low_decision) over (
            partition by series_id, smoothing_years, threshold_set, low_stretch
        ) as is_above_low,
        max(high_decision) over (
            partition by series_id, smoothing_years, threshold_set, high_stretch
        ) as is_above_high
    from counted
)

select
    series_id,
    domain,
    economy_code,
    subject,
    definition,
    affiliate_scope,
    year_kind,
    period,
    period_year,
    threshold_set,
    smoothing_years,
    balance_ratio,
    low_cut,
    high_cut,
    ratio_level,
    case
        when is_above_high = 1 then 'high'
        when is_above_low = 1 then 'middle'
        else 'low'
    end as level_with_hysteresis,
    coalesce(
        least(abs(above_low_cut), abs(above_high_cut)) < {{ borderline }}, false
    ) as is_borderline,
    case when is_import_dearer then level_at_one_valuation <> ratio_level end
        as cell_changes_at_1_06
from remembered
