-- Twelve months to every month of the same basis. A gap in the calendar or a change of
-- basis gives none.
with months as (
    select * from {{ ref('int_goods_balances') }}
    where published_to is null and period_kind = 'monthly'
),

windows as (
    select
        series_id,
        period,
        period_start_date,
        value_basis,
        sum(exports_millions) over twelve_months as rolling_exports_millions,
        sum(imports_millions) over twelve_months as rolling_imports_millions,
        count(exports_millions) over twelve_months as export_months,
        count(imports_millions) over twelve_months as import_months,
        min(period_start_date) over twelve_months as first_month_date
    from months
    window twelve_months as (
        partition by series_id, value_basis
        order by period_start_date
        rows between 11 preceding and current row
    )
),

rolling_years as (
    select
        series_id,
        period,
        cast(rolling_exports_millions as decimal(20, 3)) as rolling_exports_millions,
        cast(rolling_imports_millions as decimal(20, 3)) as rolling_imports_millions,
        {{ balance_ratio('rolling_exports_millions', 'rolling_imports_millions') }}
            as rolling_balance_ratio
    from windows
    where
        export_months = 12
        and import_months = 12
        and {{ months_later('first_month_date', 11) }} = period_start_date
)

select * from rolling_years
