-- Receipts beside payments, and a printed ratio, as they stood in each published
-- interval. Each is carried forward by itself.
{%- set columns = [
    'series_id', 'economy_code', 'industry', 'definition', 'affiliate_scope',
    'year_kind', 'period', 'period_year', 'value_basis', 'currency_code',
    'is_unit_confirmed', 'source', 'is_dated',
] %}

with flows as (
    select
        *,
        lower(economy_code) || '.' || industry || '.' || definition || '.ratio'
        || case affiliate_scope when 'all' then '' else '_' || affiliate_scope end
        || case year_kind when 'fiscal' then '.fy' else '.a' end as series_id,
        case year_kind when 'fiscal' then 'FY' else '' end
        || cast(period_year as string) as period
    from {{ ref('int_technology_trade_flows') }}
),

-- A value also begins and ends where the other flow's does.
moments as (
    select
        series_id,
        period,
        published_from
    from flows
    union
    select
        series_id,
        period,
        published_to as published_from
    from flows
    where published_to is not null
),

intervals as (
    select
        *,
        lead(published_from) over (
            partition by series_id, period order by published_from
        ) as published_to
    from moments
),

paired as (
    select
        {% for column in columns %}
        flows.{{ column }},
        {% endfor %}
        intervals.published_from,
        intervals.published_to,
        max(case flows.flow_type when 'receipt' then flows.flow_value end)
            as receipts_millions,
        max(case flows.flow_type when 'payment' then flows.flow_value end)
            as payments_millions,
        max(case flows.flow_type when 'printed_ratio' then flows.flow_value end)
            as printed_ratio,
        max(flows.recorded_from) as recorded_from
    from intervals
    inner join flows
        on
            intervals.series_id = flows.series_id
            and intervals.period = flows.period
            and {{ in_force('flows', 'intervals') }}
    group by
        {% for column in columns %}
        flows.{{ column }},
        {% endfor %}
        intervals.published_from,
        intervals.published_to
)

select * from paired
