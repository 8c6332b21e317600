with current_balances as (
    select * from {{ ref('int_goods_balances') }}
    where published_to is null
),

-- A running year is compared with what the same months were when first printed: later
-- the publisher gives whole years only.
comparable as (
    select
        *,
        'standing' as comparison_basis
    from current_balances
    where not is_dated or period_kind <> 'ytd'
    union all
    select
        *,
        'first_print' as comparison_basis
    from {{ ref('int_goods_balances') }}
    where is_first_print and period_kind = 'ytd'
),

-- e-Stat keeps the months: those of the year before are added up as they stand.
summed_months as (
    select
        now.series_id,
        now.period,
        sum(months.exports_millions) as exports_millions,
        sum(months.imports_millions) as imports_millions
    from current_balances as now
    inner join current_balances as months
        on
            now.economy_code = months.economy_code
            and now.product_set = months.product_set
            and now.definition = months.definition
            and now.source = months.source
            and now.period_year - 1 = months.period_year
            and now.months_covered >= date_part('month', months.period_start_date)
    where
        now.source = 'estat_trade'
        and now.period_kind = 'ytd'
        and months.period_kind = 'monthly'
    group by now.series_id, now.period, now.months_covered
    having
        count(months.exports_millions) = now.months_covered
        and count(months.imports_millions) = now.months_covered
),

-- The same months one year earlier, by the calendar: a gap year gives no change.
earlier_figures as (
    select
        now.series_id,
        now.period,
        earlier.exports_millions,
        earlier.imports_millions,
        earlier.comparison_basis
    from current_balances as now
    inner join comparable as earlier
        on
            now.series_id = earlier.series_id
            and now.months_covered = earlier.months_covered
            and (
                now.period_kind <> 'monthly' or now.value_basis = earlier.value_basis
            )
            and now.period_start_date = earlier.period_start_date + interval 1 year
    left join summed_months
        on
            now.series_id = summed_months.series_id
            and now.period = summed_months.period
    where summed_months.series_id is null
    union all
    select
        series_id,
        period,
        exports_millions,
        imports_millions,
        'standing_months' as comparison_basis
    from summed_months
),

compared as (
    select
        now.series_id,
        now.period,
        earlier.comparison_basis,
        crossed.break_id,
        coalesce(crossed.is_major, false) as is_broken,
        {{ log_change('now.exports_millions', 'earlier.exports_millions') }}
            as export_contribution,
        -{{ log_change('now.imports_millions', 'earlier.imports_millions') }}
            as import_contribution,
        now.log_ratio
        - {{ log_ratio('earlier.exports_millions', 'earlier.imports_millions') }}
            as ratio_log_change
    from current_balances as now
    inner join earlier_figures as earlier
        on now.series_id = earlier.series_id and now.period = earlier.period
    left join {{ ref('int_goods_breaks_crossed') }} as crossed
        on
            now.series_id = crossed.series_id
            and now.period_year = crossed.period_year
),

ratios as (
    select
        now.series_id,
        now.economy_code,
        now.product_set,
        now.definition,
        now.period_kind,
        now.period,
        now.period_year,
        now.period_start_date,
        now.period_end_date,
        now.months_covered,
        now.is_partial,
        now.value_basis,
        now.currency_code,
        cast(now.exports_millions as decimal(20, 3)) as exports_millions,
        cast(now.imports_millions as decimal(20, 3)) as imports_millions,
        now.balance_ratio,
        now.normalised_balance,
        now.log_ratio,
        case when not compared.is_broken then compared.ratio_log_change end
            as ratio_log_change,
        case when not compared.is_broken then compared.export_contribution end
            as export_contribution,
        case when not compared.is_broken then compared.import_contribution end
            as import_contribution,
        compared.comparison_basis,
        compared.break_id,
        rolled.rolling_exports_millions,
        rolled.rolling_imports_millions,
        rolled.rolling_balance_ratio,
        now.ratio_state,
        now.state_reason,
        case when now.is_dated then cast(now.published_from as date) end
            as published_on,
        now.source
    from current_balances as now
    left join compared
        on now.series_id = compared.series_id and now.period = compared.period
    left join {{ ref('int_goods_rolling_years') }} as rolled
        on now.series_id = rolled.series_id and now.period = rolled.period
)

select * from ratios
order by series_id, period
