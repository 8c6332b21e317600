-- Japan's principal commodities from both publications of the same statistic, each
-- period from one of them at a time: e-Stat takes over with the first publication that
-- has both flows and is later than every dated one of the other.
{%- set columns = [
    'economy_code', 'definition', 'currency_code', 'source', 'product_set', 'flow_type',
    'period_kind', 'period_start_date', 'months_covered', 'value_millions',
    'value_basis', 'recorded_from', 'is_dated',
] %}
{%- set period = [
    'product_set', 'period_kind', 'period_start_date', 'months_covered',
] %}

with files as (
    select * from {{ ref('int_japan_goods_flows') }}
),

estat as (
    select * from {{ ref('int_estat_goods_flows') }}
),

newest_files as (
    select
        {{ period | join(', ') }},
        max(case when is_dated then published_from end) as newest_from
    from files
    group by {{ period | join(', ') }}
),

first_estat as (
    select
        {{ period | join(', ') }},
        flow_type,
        min(published_from) as first_from
    from estat
    group by {{ period | join(', ') }}, flow_type
),

-- One flow of e-Stat alone does not replace a pair.
ready as (
    select
        first_estat.product_set,
        first_estat.period_kind,
        first_estat.period_start_date,
        first_estat.months_covered,
        max(newest_files.newest_from) as newest_from,
        max(first_estat.first_from) as ready_from
    from first_estat
    left join newest_files
        on
            first_estat.product_set = newest_files.product_set
            and first_estat.period_kind = newest_files.period_kind
            and first_estat.period_start_date = newest_files.period_start_date
            and first_estat.months_covered = newest_files.months_covered
    group by
        first_estat.product_set,
        first_estat.period_kind,
        first_estat.period_start_date,
        first_estat.months_covered
    having count(*) = 2 or count(newest_files.product_set) = 0
),

takeovers as (
    select
        ready.product_set,
        ready.period_kind,
        ready.period_start_date,
        ready.months_covered,
        min(estat.published_from) as taken_over_from
    from ready
    inner join estat
        on
            ready.product_set = estat.product_set
            and ready.period_kind = estat.period_kind
            and ready.period_start_date = estat.period_start_date
            and ready.months_covered = estat.months_covered
            and ready.ready_from <= estat.published_from
            and (
                ready.newest_from is null or ready.newest_from < estat.published_from
            )
    group by
        ready.product_set,
        ready.period_kind,
        ready.period_start_date,
        ready.months_covered
),

joined as (
    {{ taken_over('files', 'estat', period, columns) }}
)

select * from joined
