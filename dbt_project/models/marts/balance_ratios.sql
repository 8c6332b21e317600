with current_balances as (
    select * from {{ ref('int_goods_balances') }}
    where published_to is null
),

-- The same months one year earlier, by the calendar: a gap year gives no change.
changes as (
    select
        now.series_id,
        now.period,
        {{ log_change('now.exports_millions', 'earlier.exports_millions') }}
            as export_contribution,
        -{{ log_change('now.imports_millions', 'earlier.imports_millions') }}
            as import_contribution,
        now.log_ratio - earlier.log_ratio as ratio_log_change
    from current_balances as now
    inner join current_balances as earlier
        on
            now.series_id = earlier.series_id
            and now.months_covered = earlier.months_covered
            and now.period_start_date = earlier.period_start_date + interval 1 year
),

ratios as (
    select
        current_balances.series_id,
        current_balances.economy_code,
        current_balances.product_set,
        current_balances.definition,
        current_balances.period_kind,
        current_balances.period,
        current_balances.period_year,
        current_balances.period_start_date,
        current_balances.period_end_date,
        current_balances.months_covered,
        current_balances.is_partial,
        current_balances.currency_code,
        current_balances.exports_millions,
        current_balances.imports_millions,
        current_balances.balance_ratio,
        current_balances.normalised_balance,
        current_balances.log_ratio,
        changes.ratio_log_change,
        changes.export_contribution,
        changes.import_contribution,
        current_balances.ratio_state,
        current_balances.state_reason,
        case
            when current_balances.is_dated
                then cast(current_balances.published_from as date)
        end as published_on,
        current_balances.source
    from current_balances
    left join changes
        on
            current_balances.series_id = changes.series_id
            and current_balances.period = changes.period
)

select * from ratios
order by series_id, period
