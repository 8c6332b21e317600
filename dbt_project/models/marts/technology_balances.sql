with standing as (
    select
        *,
        {{ ratio_state('receipts_millions', 'payments_millions') }} as flow_state,
        cast(printed_ratio as double) as ratio_as_printed
    from {{ ref('int_technology_flows_paired') }}
    where published_to is null
),

stated as (
    select
        *,
        case
            when flow_state = 'missing' and ratio_as_printed is not null
                then 'ratio_only'
            else flow_state
        end as ratio_state
    from standing
),

-- A ratio that is printed without its flows is a level and nothing else.
balances as (
    select
        *,
        case ratio_state
            when 'ratio_only' then ratio_as_printed
            else {{ balance_ratio('receipts_millions', 'payments_millions') }}
        end as balance_ratio,
        case ratio_state
            when 'ratio_only' then (ratio_as_printed - 1) / (ratio_as_printed + 1)
            else {{ normalised_balance('receipts_millions', 'payments_millions') }}
        end as normalised_balance,
        case
            when ratio_state <> 'ratio_only'
                then {{ log_ratio('receipts_millions', 'payments_millions') }}
            when ratio_as_printed > 0 then ln(ratio_as_printed)
        end as log_ratio,
        case
            when ratio_state <> 'missing' then null
            when receipts_millions is null then 'receipts_not_available'
            else 'payments_not_available'
        end as state_reason
    from stated
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
        -{{ log_change('now.payments_millions', 'earlier.payments_millions') }}
            as payment_contribution,
        case
            when now.ratio_state = 'ok' and earlier.ratio_state = 'ok'
                then now.log_ratio - earlier.log_ratio
        end as ratio_log_change
    from balances as now
    inner join balances as earlier
        on
            now.series_id = earlier.series_id
            and now.value_basis = earlier.value_basis
            and now.period_year = earlier.period_year + 1
    left join {{ ref('int_technology_breaks_crossed') }} as crossed
        on
            now.series_id = crossed.series_id
            and now.period_year = crossed.period_year
),

named as (
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
        case now.year_kind
            when 'fiscal' then make_date(now.period_year, 4, 1)
            else make_date(now.period_year, 1, 1)
        end as period_start_date,
        case now.year_kind
            when 'fiscal' then make_date(now.period_year + 1, 3, 31)
            else make_date(now.period_year, 12, 31)
        end as period_end_date,
        now.value_basis,
        now.currency_code,
        now.is_unit_confirmed,
        now.receipts_millions,
        now.payments_millions,
        now.balance_ratio,
        now.normalised_balance,
        now.log_ratio,
        now.ratio_as_printed as printed_ratio,
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
    from balances as now
    left join compared
        on now.series_id = compared.series_id and now.period = compared.period
    left join {{ ref('economies') }} as economies
        on now.economy_code = economies.economy_code
    left join {{ ref('world_bank_areas') }} as areas
        on now.economy_code = areas.area_code
)

select * from named
order by series_id, period
