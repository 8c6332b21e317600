-- The vintages behind every goods ratio: its own, the year before's where a change is
-- stated, and the twelve months of a rolling year; and behind a placement the ratio
-- placed and the history it is placed in.
with vintages as (
    select
        *,
        series_id || '|' || period || '|' || cast(published_from as string)
            as vintage_key
    from {{ ref('int_goods_balances') }}
),

standing as (
    select * from vintages
    where published_to is null
),

ratios as (
    select
        *,
        series_id || '|' || period as row_key
    from {{ ref('balance_ratios') }}
),

changes as (
    {{ named_columns([
        'ratio_log_change', 'export_contribution', 'import_contribution',
    ]) }}
),

rolling as (
    {{ named_columns([
        'rolling_exports_millions', 'rolling_imports_millions', 'rolling_balance_ratio',
    ]) }}
),

technology as (
    select
        *,
        {{ technology_row_key() }} as row_key
    from {{ ref('technology_balances') }}
),

placements as (
    select * from {{ ref('ratio_placements') }}
),

inputs as (
    select
        'balance_ratios' as mart,
        ratios.row_key,
        cast(null as string) as column_name,
        'the figures that stand' as input_role,
        'balance_ratio_vintages' as input_mart,
        standing.vintage_key as input_key
    from ratios
    inner join standing
        on ratios.series_id = standing.series_id and ratios.period = standing.period
    union all
    select
        'balance_ratios' as mart,
        ratios.row_key,
        changes.column_name,
        'the same months a year earlier' as input_role,
        'balance_ratio_vintages' as input_mart,
        earlier.vintage_key as input_key
    from ratios
    cross join changes
    inner join vintages as earlier
        on
            ratios.series_id = earlier.series_id
            and ratios.months_covered = earlier.months_covered
            and ratios.period_start_date = earlier.period_start_date + interval 1 year
            and (
                ratios.comparison_basis = 'standing' and earlier.published_to is null
                or ratios.comparison_basis = 'first_print' and earlier.is_first_print
            )
    union all
    select
        'balance_ratios' as mart,
        ratios.row_key,
        changes.column_name,
        'one of the same months a year earlier' as input_role,
        'balance_ratio_vintages' as input_mart,
        months.vintage_key as input_key
    from ratios
    cross join changes
    inner join standing as months
        on
            ratios.economy_code = months.economy_code
            and ratios.product_set = months.product_set
            and ratios.definition = months.definition
            and ratios.source = months.source
            and ratios.period_year - 1 = months.period_year
            and ratios.months_covered >= date_part('month', months.period_start_date)
    where
        ratios.comparison_basis = 'standing_months' and months.period_kind = 'monthly'
    union all
    select
        'balance_ratios' as mart,
        ratios.row_key,
        rolling.column_name,
        'one of twelve months' as input_role,
        'balance_ratio_vintages' as input_mart,
        months.vintage_key as input_key
    from ratios
    cross join rolling
    inner join standing as months
        on
            ratios.series_id = months.series_id
            and ratios.value_basis = months.value_basis
            and ratios.period_start_date >= months.period_start_date
            and months.period_start_date
            > ratios.period_start_date - interval 12 months
    where ratios.rolling_balance_ratio is not null
    union all
    select
        'ratio_placements' as mart,
        placements.series_id as row_key,
        cast(null as string) as column_name,
        'the ratio that is placed' as input_role,
        'balance_ratios' as input_mart,
        ratios.row_key as input_key
    from placements
    inner join ratios
        on
            placements.series_id = ratios.series_id
            and placements.period_year = ratios.period_year
    union all
    select
        'ratio_placements' as mart,
        placements.series_id as row_key,
        cast(null as string) as column_name,
        'a year of the history' as input_role,
        'balance_ratios' as input_mart,
        ratios.row_key as input_key
    from placements
    inner join ratios
        on
            placements.reference_series_id = ratios.series_id
            and ratios.balance_ratio is not null
    union all
    select
        'ratio_placements' as mart,
        placements.series_id as row_key,
        cast(null as string) as column_name,
        case
            when placements.series_id = technology.series_id
                then 'the ratio that is placed'
            else 'a year of the history'
        end as input_role,
        'technology_balances' as input_mart,
        technology.row_key as input_key
    from placements
    inner join technology
        on
            placements.reference_series_id = technology.series_id
            and technology.balance_ratio is not null
            or placements.series_id = technology.series_id
            and placements.period_year = technology.period_year
)

select * from inputs
