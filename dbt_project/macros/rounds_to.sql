{#- Whether a value above zero is the printed one at the printed decimals, half up. -#}
{%- macro rounds_to(value, printed, decimals) -%}
floor({{ value }} * power(10, {{ decimals }}) + 0.5)
= round(cast({{ printed }} as double) * power(10, {{ decimals }}))
{%- endmacro %}
