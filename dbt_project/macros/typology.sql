{#-
The level of a ratio between two cuts; on a cut it belongs to the upper level. Rounded,
since a mean of logarithms comes back from exp a hair off its cut.
-#}
{%- macro typology_level(ratio, low_cut, high_cut) -%}
case
    when round({{ ratio }}, 9) >= {{ high_cut }} then 'high'
    when round({{ ratio }}, 9) >= {{ low_cut }} then 'middle'
    when {{ ratio }} is not null then 'low'
end
{%- endmacro %}
