-- Exports beside imports as they stood in each published interval.
-- Each flow is carried forward by itself: a publication often changes only one of them.
with flows as (
    select
        *,
        lower(economy_code) || '.' || product_set || '.' || definition || '.ratio.'
        || case period_kind
            when 'annual' then 'a'
            when 'monthly' then 'm'
            else 'ytd'
        end as series_id,
        case period_kind
            when 'annual' then substr(cast(period_start_date as string), 1, 4)
            when 'monthly' then substr(cast(period_start_date as string), 1, 7)
            else
                substr(cast(period_start_date as string), 1, 7)
                || '..' || lpad(cast(months_covered as string), 2, '0')
        end as period
    from {{ ref('int_goods_trade_flows') }}
    -- Trade in all goods is what shares are taken of.
    where product_set <> 'all_goods'
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
        flows.series_id,
        flows.economy_code,
        flows.product_set,
        flows.definition,
        flows.period_kind,
        flows.period,
        flows.period_start_date,
        flows.months_covered,
        flows.value_basis,
        flows.currency_code,
        flows.source,
        flows.is_dated,
        intervals.published_from,
        intervals.published_to,
        max(case flows.flow_type when 'export' then flows.value_millions end)
            as exports_millions,
        max(case flows.flow_type when 'import' then flows.value_millions end)
            as imports_millions,
        max(flows.recorded_from) as recorded_from
    from intervals
    inner join flows
        on
            intervals.series_id = flows.series_id
            and intervals.period = flows.period
            and {{ in_force('flows', 'intervals') }}
    group by
        flows.series_id,
        flows.economy_code,
        flows.product_set,
        flows.definition,
        flows.period_kind,
        flows.period,
        flows.period_start_date,
        flows.months_covered,
        flows.value_basis,
        flows.currency_code,
        flows.source,
        flows.is_dated,
        intervals.published_from,
        intervals.published_to
)

select * from paired
