-- One row per flow, period and published interval, from every goods source.
{%- set months = [
    ('components', 'export', 'components_exports_jpy_millions', '2008-12-01'),
    ('components', 'import', 'components_imports_jpy_millions', '2008-12-01'),
    ('ic', 'export', 'ic_exports_jpy_millions', '2008-12-01'),
    ('ic', 'import', 'ic_imports_jpy_millions', '2008-12-01'),
    ('equipment', 'export', 'equipment_exports_jpy_millions', '2010-05-01'),
] %}
{%- set press = [
    ('ic', 'export', 'ic_exports_usd_millions'),
    ('ic', 'import', 'ic_imports_usd_millions'),
    ('equipment', 'export', 'equipment_exports_usd_millions'),
    ('equipment', 'import', 'equipment_imports_usd_millions'),
] %}

with japan_wide as (
    select * from {{ ref('stg_japan_customs__monthly_trade') }}
),

japan_years as (
    select * from {{ ref('stg_japan_customs__annual_trade') }}
),

taiwan as (
    select * from {{ ref('stg_taiwan_mof__trade') }}
),

-- Components and ICs from 2009 on come from the dated editions: the monthly file's
-- imports stop in September 2009 and would make that year look like 2.67.
japan_months as (
    {% for product_set, flow_type, column, last_month in months %}
    select
        '{{ product_set }}' as product_set,
        '{{ flow_type }}' as flow_type,
        month_date,
        {{ column }} as value_millions,
        published_from,
        published_to
    from japan_wide
    where {{ column }} is not null and month_date <= date '{{ last_month }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

japan_monthly as (
    select
        'JPN' as economy_code,
        product_set,
        'customs_principal' as definition,
        'JPY' as currency_code,
        'japan_customs' as source,
        false as is_dated,
        'monthly' as period_kind,
        month_date as period_start_date,
        1 as months_covered,
        flow_type,
        value_millions,
        published_from,
        published_to
    from japan_months
),

-- Only years with all twelve months.
japan_summed_years as (
    select
        'JPN' as economy_code,
        product_set,
        'customs_principal' as definition,
        'JPY' as currency_code,
        'japan_customs' as source,
        false as is_dated,
        'annual' as period_kind,
        cast(date_trunc('year', month_date) as date) as period_start_date,
        12 as months_covered,
        flow_type,
        cast(sum(value_millions) as decimal(20, 3)) as value_millions,
        max(published_from) as published_from,
        cast(null as timestamp) as published_to
    from japan_months
    where published_to is null
    group by product_set, flow_type, date_trunc('year', month_date)
    having count(*) = 12
),

japan_edition_years as (
    select
        'JPN' as economy_code,
        product_set,
        'customs_principal' as definition,
        'JPY' as currency_code,
        'japan_customs' as source,
        true as is_dated,
        case months_covered when 12 then 'annual' else 'ytd' end as period_kind,
        make_date(trade_year, 1, 1) as period_start_date,
        months_covered,
        flow_type,
        value_jpy_millions as value_millions,
        published_from,
        published_to
    from japan_years
    where partner_code = 'WLD'
),

taiwan_flows as (
    {% for product_set, flow_type, column in press %}
    select
        'TWN' as economy_code,
        '{{ product_set }}' as product_set,
        'mof_press' as definition,
        'USD' as currency_code,
        'taiwan_mof' as source,
        false as is_dated,
        period_kind,
        make_date(
            cast(substr(period, 1, 4) as integer),
            case period_kind
                when 'annual' then 1 else cast(substr(period, 6, 2) as integer)
            end,
            1
        ) as period_start_date,
        case period_kind
            when 'annual' then 12
            when 'monthly' then 1
            else cast(substr(period, 10, 2) as integer)
        end as months_covered,
        '{{ flow_type }}' as flow_type,
        {{ column }} as value_millions,
        published_from,
        published_to
    from taiwan
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

unioned as (
    select * from japan_monthly
    union all
    select * from japan_summed_years
    union all
    select * from japan_edition_years
    union all
    select * from taiwan_flows
)

select * from unioned
