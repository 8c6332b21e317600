{#- A sentence whose slots {1} to {6} are filled with values joined by |. -#}
{%- macro filled(sentence, values) -%}
{%- for n in range(6) %}replace({% endfor -%}
{{ sentence }}
{%- for n in range(1, 7) -%}
, '{{ '{' }}{{ n }}{{ '}' }}', split_part(coalesce({{ values }}, ''), '|', {{ n }}))
{%- endfor -%}
{%- endmacro %}
