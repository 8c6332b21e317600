-- Taiwan's press tables: the embedded excerpt, extended and revised by workbooks.
{%- set press_columns = [
    ('ic', 'export'), ('ic', 'import'), ('equipment', 'export'), ('equipment', 'import')
] %}

with press_trade as (
    select * from {{ ref('stg_taiwan_mof__trade') }}
),

workbook_trade as (
    select * from {{ ref('stg_taiwan_mof__table_4_exports') }}
    union all
    select * from {{ ref('stg_taiwan_mof__table_5_imports') }}
),

-- The embedded excerpt is of the edition of its newest month, though known only since
-- the day it was read. Editions come out by the end of the month after that month.
press_prints as (
    select
        *,
        coalesce(
            last_day(
                max(case when period_kind = 'monthly' then period_start_date end) over (
                    order by published_from
                ) + interval 1 month
            ),
            cast(published_from as date)
        ) as edition_date
    from press_trade
),

prints as (
    {% for product_set, flow_type in press_columns %}
    select
        '{{ product_set }}' as product_set,
        '{{ flow_type }}' as flow_type,
        period_kind,
        period_start_date,
        months_covered,
        {{ product_set }}_{{ flow_type }}s_usd_millions as value_millions,
        published_from,
        published_to,
        recorded_from,
        edition_date
    from press_prints
    union all
    {% endfor %}
    select
        product_set,
        flow_type,
        period_kind,
        period_start_date,
        months_covered,
        value_usd_millions as value_millions,
        published_from,
        published_to,
        recorded_from,
        cast(published_from as date) as edition_date
    from workbook_trade
    where product_set in ('ic', 'equipment')
),

-- A figure of an older edition does not replace one of a newer, however late it is
-- learned.
editions as (
    select
        *,
        max(edition_date) over (
            partition by
                product_set, flow_type, period_kind, period_start_date, months_covered
            order by published_from
        ) as newest_edition_date
    from prints
),

-- A figure that is printed again unchanged goes on standing: a run of prints of one
-- value without a gap is one interval.
compared as (
    select
        *,
        case
            when
                lag(value_millions) over (intervals) = value_millions
                and coalesce(lag(published_to) over (intervals), published_from)
                >= published_from
                then 0
            else 1
        end as begins_run
    from editions
    where edition_date = newest_edition_date
    window intervals as (
        partition by
            product_set, flow_type, period_kind, period_start_date, months_covered
        order by published_from
    )
),

numbered as (
    select
        *,
        sum(begins_run) over (
            partition by
                product_set, flow_type, period_kind, period_start_date, months_covered
            order by published_from
        ) as run
    from compared
),

runs as (
    select
        product_set,
        flow_type,
        period_kind,
        period_start_date,
        months_covered,
        value_millions,
        min(published_from) as published_from,
        case when count(*) = count(published_to) then max(published_to) end
            as published_to,
        min(recorded_from) as recorded_from
    from numbered
    group by
        product_set,
        flow_type,
        period_kind,
        period_start_date,
        months_covered,
        value_millions,
        run
),

flows as (
    select
        product_set,
        flow_type,
        period_kind,
        period_start_date,
        months_covered,
        value_millions,
        published_from,
        least(
            published_to,
            lead(published_from) over (
                partition by
                    product_set,
                    flow_type,
                    period_kind,
                    period_start_date,
                    months_covered
                order by published_from
            )
        ) as published_to,
        recorded_from
    from runs
)

select
    'TWN' as economy_code,
    'mof_press' as definition,
    'USD' as currency_code,
    'taiwan_mof' as source,
    flows.*,
    'as_published' as value_basis,
    -- Of an edition only the month is known.
    false as is_dated
from flows
