-- One row per flow, year and published interval, from every source of technology trade.
-- A source's own model knows its years and its clock; here they are only put together.
{%- set columns = [
    'economy_code', 'definition', 'industry', 'affiliate_scope', 'year_kind',
    'period_year', 'currency_code', 'source', 'flow_type', 'flow_value', 'value_basis',
    'is_unit_confirmed', 'published_from', 'published_to', 'recorded_from', 'is_dated',
] %}
{%- set sources = [
    'int_world_bank_technology_flows', 'int_wto_technology_flows',
    'int_batis_technology_flows', 'int_japan_technology_joined',
    'int_taiwan_technology_flows',
] %}

with
{% for name in sources %}
{{ name }} as (
    select {{ columns | join(', ') }} from {{ ref(name) }}
),

{% endfor %}
unioned as (
    {% for name in sources %}
    select * from {{ name }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from unioned
