{#- Texts of several rows in one, in an order, with commas between; without NULLs. -#}
{%- macro joined(text, in_order_of) -%}
{{ adapter.dispatch('joined')(text, in_order_of) }}
{%- endmacro %}

{%- macro default__joined(text, in_order_of) -%}
string_agg({{ text }}, ', ' order by {{ in_order_of }})
{%- endmacro %}

{%- macro spark__joined(text, in_order_of) -%}
listagg({{ text }}, ', ') within group (order by {{ in_order_of }})
{%- endmacro %}
