-- The annual ratios that are put into levels, single years and means of three years up
-- to each. A mean is geometric, spans no gap and crosses no major break.
with ratios as (
    select
        series_id,
        'goods' as domain,
        economy_code,
        product_set as subject,
        definition,
        cast(null as string) as affiliate_scope,
        'calendar' as year_kind,
        period,
        period_year,
        balance_ratio,
        log_ratio
    from {{ ref('int_goods_balances') }}
    where
        published_to is null
        and period_kind = 'annual'
        and balance_ratio is not null
        -- Other economies' goods are the panel to compare with, and have no cells.
        and economy_code in ('JPN', 'TWN')
    union all
    select
        series_id,
        'technology' as domain,
        economy_code,
        industry as subject,
        definition,
        affiliate_scope,
        year_kind,
        period,
        period_year,
        balance_ratio,
        log_ratio
    from {{ ref('int_technology_balances') }}
    where published_to is null and balance_ratio is not null
),

major_breaks as (
    select
        series_id,
        period_year
    from {{ ref('int_goods_breaks_crossed') }}
    where is_major
    union all
    select
        series_id,
        period_year
    from {{ ref('int_technology_breaks_crossed') }}
    where is_major
),

flagged as (
    select
        ratios.*,
        case when major_breaks.series_id is null then 0 else 1 end as crosses_break
    from ratios
    left join major_breaks
        on
            ratios.series_id = major_breaks.series_id
            and ratios.period_year = major_breaks.period_year
),

windows as (
    select
        *,
        avg(log_ratio) over three_years as mean_log_ratio,
        count(log_ratio) over three_years as logarithms,
        min(period_year) over three_years as first_year,
        -- Not `lag(…, 1, 0)`: DuckDB before 2.0 cannot read that in our macros.
        coalesce(
            lag(crosses_break) over (partition by series_id order by period_year), 0
        ) as year_before_crosses_break
    from flagged
    window three_years as (
        partition by series_id
        order by period_year
        rows between 2 preceding and current row
    )
),

classified as (
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
        1 as smoothing_years,
        balance_ratio,
        log_ratio,
        crosses_break
    from windows
    union all
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
        3 as smoothing_years,
        exp(mean_log_ratio) as balance_ratio,
        mean_log_ratio as log_ratio,
        crosses_break
    from windows
    where
        logarithms = 3
        and first_year = period_year - 2
        and crosses_break + year_before_crosses_break = 0
),

runs as (
    select
        *,
        lag(period_year) over (
            partition by series_id, smoothing_years order by period_year
        ) as previous_year
    from classified
)

select
    runs.series_id,
    runs.domain,
    runs.economy_code,
    runs.subject,
    runs.definition,
    runs.affiliate_scope,
    runs.year_kind,
    runs.period,
    runs.period_year,
    runs.smoothing_years,
    runs.balance_ratio,
    runs.log_ratio,
    runs.previous_year is null
    or runs.previous_year <> runs.period_year - 1
    or runs.crosses_break = 1 as is_start_of_run,
    definitions.export_valuation = 'FOB' and definitions.import_valuation = 'CIF'
        as is_import_dearer
from runs
left join {{ ref('definitions') }} as definitions
    on runs.definition = definitions.definition
