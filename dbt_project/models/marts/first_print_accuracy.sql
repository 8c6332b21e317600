-- How far the first prints of complete years had moved some months later.
{%- set horizons = [('3_months', 3), ('12_months', 12), ('latest', 1200)] %}

with balances as (
    select * from {{ ref('int_goods_balances') }}
    where period_kind = 'annual' and log_ratio is not null
),

editions as (
    select max(published_date) as newest_date
    from {{ ref('stg_japan_customs__editions') }}
),

horizons as (
    {% for horizon, months in horizons %}
    select
        '{{ horizon }}' as horizon,
        {{ months }} as months
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

first_prints as (
    select
        balances.series_id,
        balances.period,
        balances.period_year,
        balances.log_ratio as first_log_ratio,
        balances.published_from as printed_from,
        horizons.horizon,
        {{ months_later('balances.published_from', 'horizons.months') }} as judged_at
    from balances
    cross join horizons
    cross join editions
    where
        balances.is_first_print
        and (
            horizons.horizon = 'latest'
            or {{ months_later('balances.published_from', 'horizons.months') }}
            <= editions.newest_date
        )
),

judged as (
    select
        first_prints.series_id,
        first_prints.horizon,
        first_prints.period_year,
        count(*) - 1 as revisions,
        max(
            case
                when
                    balances.published_to is null
                    or balances.published_to > first_prints.judged_at
                    then balances.log_ratio - first_prints.first_log_ratio
            end
        ) as revision
    from first_prints
    inner join balances
        on
            first_prints.series_id = balances.series_id
            and first_prints.period = balances.period
            and first_prints.judged_at >= balances.published_from
    group by first_prints.series_id, first_prints.horizon, first_prints.period_year
),

accuracy as (
    select
        series_id,
        horizon,
        cast(min(period_year) as integer) as first_year,
        cast(max(period_year) as integer) as last_year,
        cast(count(*) as integer) as periods,
        cast(sum(revisions) as integer) as revisions,
        -- Exact sums, or the means would depend on the order of the rows.
        cast(sum(cast(revision as decimal(38, 15))) as double)
        / count(revision) as mean_revision,
        cast(sum(cast(abs(revision) as decimal(38, 15))) as double)
        / count(revision) as mean_absolute_revision,
        median(abs(revision)) as median_absolute_revision,
        max(abs(revision)) as largest_absolute_revision
    from judged
    group by series_id, horizon
)

select * from accuracy
order by series_id, horizon
