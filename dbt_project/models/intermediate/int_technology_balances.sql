-- The ratio of every year as it stood in each published interval.
with paired as (
    select
        *,
        {{ ratio_state('receipts_millions', 'payments_millions') }} as flow_state,
        cast(printed_ratio as double) as ratio_as_printed
    from {{ ref('int_technology_flows_paired') }}
),

stated as (
    select
        *,
        case
            when flow_state = 'missing' and ratio_as_printed is not null
                then 'ratio_only'
            else flow_state
        end as ratio_state
    from paired
),

-- A ratio that is printed without its flows is a level and nothing else.
balances as (
    select
        series_id,
        economy_code,
        industry,
        definition,
        affiliate_scope,
        year_kind,
        period,
        period_year,
        case year_kind
            when 'fiscal' then make_date(period_year, 4, 1)
            else make_date(period_year, 1, 1)
        end as period_start_date,
        case year_kind
            when 'fiscal' then make_date(period_year + 1, 3, 31)
            else make_date(period_year, 12, 31)
        end as period_end_date,
        value_basis,
        currency_code,
        is_unit_confirmed,
        receipts_millions,
        payments_millions,
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
        ratio_as_printed as printed_ratio,
        ratio_state,
        case
            when ratio_state <> 'missing' then null
            when receipts_millions is null then 'receipts_not_available'
            else 'payments_not_available'
        end as state_reason,
        source,
        is_dated,
        published_from,
        published_to,
        recorded_from
    from stated
)

select * from balances
