{#- Whether a positive value equals a printed one at its printed decimals, half away. -#}
{%- macro rounds_to(value, printed, decimals) -%}
floor({{ value }} * power(10, {{ decimals }}) + 0.5)
= round(cast({{ printed }} as double) * power(10, {{ decimals }}))
{%- endmacro %}
