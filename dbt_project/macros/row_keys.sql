{#- The key of a row of technology_balances as `meta.row_inputs` tells it. -#}
{%- macro technology_row_key() -%}
concat_ws(
    '|', economy_code, industry, definition, affiliate_scope, year_kind, period_year
)
{%- endmacro %}

{#- A row for each name of a column. -#}
{%- macro named_columns(names) -%}
{% for name in names %}
select '{{ name }}' as column_name {% if not loop.last %}
union all{% endif %}
{% endfor %}
{%- endmacro %}
