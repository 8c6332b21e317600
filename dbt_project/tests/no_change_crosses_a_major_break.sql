-- A change across a break that nothing bridges is NULL, of goods and of technology.
with changes as (
    select
        series_id,
        period,
        break_id,
        ratio_log_change
    from {{ ref('balance_ratios') }}
    union all
    select
        series_id,
        period,
        break_id,
        ratio_log_change
    from {{ ref('technology_balances') }}
)

select
    changes.series_id,
    changes.period,
    changes.break_id
from changes
inner join {{ ref('definition_breaks') }} as breaks
    on changes.break_id = breaks.break_id
where
    breaks.severity = 'major'
    and not breaks.is_bridged
    and changes.ratio_log_change is not null
