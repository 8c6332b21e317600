-- The ratios behind every level, of the years that it is smoothed over, and the two
-- levels behind every cell.
with levels as (
    select
        *,
        concat_ws('|', series_id, period, threshold_set, smoothing_years) as row_key
    from {{ ref('typology_cells') }}
),

ratios as (
    select
        'balance_ratios' as mart,
        series_id,
        period_year,
        series_id || '|' || period as row_key
    from {{ ref('balance_ratios') }}
    where period_kind = 'annual'
    union all
    select
        'technology_balances' as mart,
        series_id,
        period_year,
        {{ technology_row_key() }} as row_key
    from {{ ref('technology_balances') }}
),

cells as (
    {% for domain in ['goods', 'technology'] %}
    select
        concat_ws('|', pair_id, period_year, threshold_set, smoothing_years) as row_key,
        threshold_set,
        smoothing_years,
        '{{ domain }}' as domain,
        {{ domain }}_series_id as series_id,
        {{ domain }}_period as period
    from {{ ref('typology_combined_cells') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

inputs as (
    select
        'typology_cells' as mart,
        levels.row_key,
        'a ratio of the level' as input_role,
        ratios.mart as input_mart,
        ratios.row_key as input_key
    from levels
    inner join ratios
        on
            levels.series_id = ratios.series_id
            and levels.period_year >= ratios.period_year
            and ratios.period_year > levels.period_year - levels.smoothing_years
    union all
    select
        'typology_combined_cells' as mart,
        cells.row_key,
        'the level of ' || cells.domain as input_role,
        'typology_cells' as input_mart,
        levels.row_key as input_key
    from cells
    inner join levels
        on
            cells.series_id = levels.series_id
            and cells.period = levels.period
            and cells.threshold_set = levels.threshold_set
            and cells.smoothing_years = levels.smoothing_years
)

select * from inputs
