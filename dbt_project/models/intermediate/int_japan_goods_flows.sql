-- Japan's principal commodities: months, years and running years.
{%- set monthly_columns = [
    ('components', 'export', '2008-12-01'), ('components', 'import', '2008-12-01'),
    ('ic', 'export', '2008-12-01'), ('ic', 'import', '2008-12-01'),
    ('equipment', 'export', '2010-05-01'),
] %}

with monthly_trade as (
    select * from {{ ref('stg_japan_customs__monthly_trade') }}
),

annual_trade as (
    select * from {{ ref('stg_japan_customs__annual_trade') }}
    where partner_code = 'WLD'
),

-- Components and ICs from 2009 on come from the dated editions: the monthly file's
-- imports stop in September 2009 and would make that year look like 2.67.
japan_months as (
    {% for product_set, flow_type, last_month in monthly_columns %}
    select
        '{{ product_set }}' as product_set,
        '{{ flow_type }}' as flow_type,
        month_date,
        {{ product_set }}_{{ flow_type }}s_jpy_millions as value_millions,
        published_from,
        published_to,
        recorded_from
    from monthly_trade
    where
        {{ product_set }}_{{ flow_type }}s_jpy_millions is not null
        and month_date <= date '{{ last_month }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

flows as (
    select
        product_set,
        flow_type,
        'monthly' as period_kind,
        month_date as period_start_date,
        1 as months_covered,
        value_millions,
        published_from,
        published_to,
        recorded_from,
        'as_published' as value_basis,
        false as is_dated
    from japan_months
    union all
    -- Only years with all twelve months.
    select
        product_set,
        flow_type,
        'annual' as period_kind,
        cast(date_trunc('year', month_date) as date) as period_start_date,
        12 as months_covered,
        cast(sum(value_millions) as decimal(20, 3)) as value_millions,
        max(published_from) as published_from,
        cast(null as timestamp) as published_to,
        max(recorded_from) as recorded_from,
        'sum_of_months' as value_basis,
        false as is_dated
    from japan_months
    where published_to is null
    group by product_set, flow_type, date_trunc('year', month_date)
    having count(*) = 12
    union all
    select
        product_set,
        flow_type,
        case months_covered when 12 then 'annual' else 'ytd' end as period_kind,
        make_date(trade_year, 1, 1) as period_start_date,
        months_covered,
        value_jpy_millions as value_millions,
        published_from,
        published_to,
        recorded_from,
        'as_published' as value_basis,
        true as is_dated
    from annual_trade
    union all
    select
        product_set,
        flow_type,
        'monthly' as period_kind,
        month_date as period_start_date,
        1 as months_covered,
        value_jpy_millions as value_millions,
        published_from,
        cast(null as timestamp) as published_to,
        recorded_from,
        'edition_difference' as value_basis,
        true as is_dated
    from {{ ref('int_japan_month_prints') }}
)

select
    'JPN' as economy_code,
    'customs_principal' as definition,
    'JPY' as currency_code,
    'japan_customs' as source,
    flows.*
from flows
