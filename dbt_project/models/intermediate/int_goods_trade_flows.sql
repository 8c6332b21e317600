-- One row per flow, period and published interval, from every goods source. A source's
-- own model knows its periods and its clock; here they are only put together.
{%- set columns = [
    'economy_code', 'definition', 'currency_code', 'source', 'product_set', 'flow_type',
    'period_kind', 'period_start_date', 'months_covered', 'value_millions',
    'value_basis', 'published_from', 'published_to', 'recorded_from', 'is_dated',
] %}
{%- set sources = [
    'int_japan_goods_joined', 'int_taiwan_goods_flows', 'int_wto_goods_flows',
    'int_comtrade_goods_flows', 'int_baci_goods_flows',
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
