-- Technology sold and bought by Taiwan's factories, single years.
{%- set columns = [
    ('receipt', 'technology_sales_twd_millions'),
    ('payment', 'technology_purchases_twd_millions'),
    ('printed_ratio', 'printed_ratio'),
] %}

with flows as (
    {% for flow_type, column in columns %}
    select
        industry,
        survey_year,
        is_second_hand,
        is_unit_confirmed,
        '{{ flow_type }}' as flow_type,
        cast({{ column }} as decimal(26, 10)) as flow_value,
        published_from,
        published_to,
        recorded_from,
        row_key
    from {{ ref('stg_taiwan_factory_survey__points') }}
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    'TWN' as economy_code,
    'factory_survey' as definition,
    industry,
    'all' as affiliate_scope,
    'calendar' as year_kind,
    survey_year as period_year,
    'TWD' as currency_code,
    'taiwan_factory_survey' as source,
    flow_type,
    flow_value,
    case when is_second_hand then 'second_hand' else 'as_published' end as value_basis,
    is_unit_confirmed,
    published_from,
    published_to,
    recorded_from,
    false as is_dated,
    row_key
from flows
