with current_balances as (
    select * from {{ ref('int_technology_balances') }}
    where published_to is null
),

-- The year before, by the calendar: a gap year gives no change.
compared as (
    select
        now.series_id,
        now.period,
        crossed.break_id,
        coalesce(crossed.is_major, false) as is_broken,
        {{ log_change('now.receipts_millions', 'earlier.receipts_millions') }}
            as receipt_contribution,
        -- Turned round: more payments lower the ratio.
        {{ log_change('earlier.payments_millions', 'now.payments_millions') }}
            as payment_contribution,
        case
            when now.ratio_state = 'ok' and earlier.ratio_state = 'ok'
                then now.log_ratio - earlier.log_ratio
        end as ratio_log_change
    from current_balances as now
    inner join current_balances as earlier
        on
            now.series_id = earlier.series_id
            and now.value_basis = earlier.value_basis
            and now.period_year = earlier.period_year + 1
    left join {{ ref('int_technology_breaks_crossed') }} as crossed
        on
            now.series_id = crossed.series_id
            and now.period_year = crossed.period_year
),

ratios as (
    select
        now.series_id,
        now.economy_code,
        coalesce(economies.name_en, areas.name_en) as economy_name_en,
        coalesce(economies.name_zh, areas.name_zh) as economy_name_zh,
        now.industry,
        now.definition,
        now.affiliate_scope,
        now.year_kind,
        now.period,
        now.period_year,
        now.period_start_date,
        now.period_end_date,
        now.value_basis,
        now.currency_code,
        now.is_unit_confirmed,
        now.receipts_millions,
        now.payments_millions,
        now.balance_ratio,
        now.normalised_balance,
        now.log_ratio,
        now.printed_ratio,
        case when not compared.is_broken then compared.ratio_log_change end
            as ratio_log_change,
        case when not compared.is_broken then compared.receipt_contribution end
            as receipt_contribution,
        case when not compared.is_broken then compared.payment_contribution end
            as payment_contribution,
        compared.break_id,
        now.ratio_state,
        now.state_reason,
        case when now.is_dated then cast(now.published_from as date) end
            as published_on,
        now.source
    from current_balances as now
    left join compared
        on now.series_id = compared.series_id and now.period = compared.period
    left join {{ ref('economies') }} as economies
        on now.economy_code = economies.economy_code
    left join {{ ref('world_bank_areas') }} as areas
        on now.economy_code = areas.area_code
)

select * from ratios
order by series_id, period
