with balances as (
    select
        *,
        lag(published_from) over (intervals) as earlier_published_from,
        lag(published_to) over (intervals) as earlier_published_to,
        lag(exports_millions) over (intervals) as earlier_exports_millions,
        lag(imports_millions) over (intervals) as earlier_imports_millions,
        lag(balance_ratio) over (intervals) as earlier_balance_ratio,
        lag(log_ratio) over (intervals) as earlier_log_ratio,
        lead(published_from) over (intervals) as later_published_from
    from {{ ref('int_goods_balances') }}
    window intervals as (partition by series_id, period order by published_from)
),

appeared as (
    select
        balances.series_id,
        balances.period_kind,
        balances.period,
        balances.period_year,
        balances.months_covered,
        case
            when balances.earlier_published_from is null then 'new_period'
            when redefined.definition is not null then 'definition_change'
            else 'provider_revision'
        end as revision_cause,
        cast(balances.earlier_exports_millions as decimal(20, 3))
            as old_exports_millions,
        cast(balances.exports_millions as decimal(20, 3)) as new_exports_millions,
        cast(balances.earlier_imports_millions as decimal(20, 3))
            as old_imports_millions,
        cast(balances.imports_millions as decimal(20, 3)) as new_imports_millions,
        balances.earlier_balance_ratio as old_balance_ratio,
        balances.balance_ratio as new_balance_ratio,
        balances.log_ratio - balances.earlier_log_ratio as log_change,
        cast(balances.published_from as date) as published_on,
        cast(balances.recorded_from as date) as recorded_on
    from balances
    left join {{ ref('definition_changes') }} as redefined
        on
            balances.definition = redefined.definition
            and cast(balances.published_from as date) = redefined.published_on
    -- The same figures under a new date are no revision.
    where
        balances.earlier_published_from is null
        or balances.earlier_published_to < balances.published_from
        or coalesce(balances.exports_millions, -1)
        <> coalesce(balances.earlier_exports_millions, -1)
        or coalesce(balances.imports_millions, -1)
        <> coalesce(balances.earlier_imports_millions, -1)
),

-- A running year that gave way to one with more months has grown, not gone.
vanished as (
    select
        balances.series_id,
        balances.period_kind,
        balances.period,
        balances.period_year,
        balances.months_covered,
        'provider_deletion' as revision_cause,
        cast(balances.exports_millions as decimal(20, 3)) as old_exports_millions,
        cast(null as decimal(20, 3)) as new_exports_millions,
        cast(balances.imports_millions as decimal(20, 3)) as old_imports_millions,
        cast(null as decimal(20, 3)) as new_imports_millions,
        balances.balance_ratio as old_balance_ratio,
        cast(null as double) as new_balance_ratio,
        cast(null as double) as log_change,
        cast(balances.published_to as date) as published_on,
        cast(balances.recorded_from as date) as recorded_on
    from balances
    left join balances as longer
        on
            balances.economy_code = longer.economy_code
            and balances.product_set = longer.product_set
            and balances.definition = longer.definition
            and balances.period_start_date = longer.period_start_date
            and balances.published_to = longer.published_from
            and balances.months_covered < longer.months_covered
    where
        balances.published_to is not null
        and (
            balances.later_published_from is null
            or balances.later_published_from > balances.published_to
        )
        and longer.series_id is null
),

listed as (
    select * from appeared
    union all
    select * from vanished
)

select * from listed
order by series_id, period, published_on, revision_cause
