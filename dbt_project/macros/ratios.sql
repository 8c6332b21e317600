{#- The indicators' formulas, once. Amounts are decimals of one currency and unit. -#}

{%- macro ratio_state(exports, imports) -%}
case
    when {{ exports }} is null or {{ imports }} is null then 'missing'
    when {{ exports }} < 0 or {{ imports }} < 0 then 'negative'
    when {{ exports }} = 0 and {{ imports }} = 0 then 'zero_both'
    when {{ imports }} = 0 then 'zero_import'
    when {{ exports }} = 0 then 'zero_export'
    else 'ok'
end
{%- endmacro %}

{%- macro balance_ratio(exports, imports) -%}
case
    when {{ exports }} >= 0 and {{ imports }} > 0
        then cast({{ exports }} as double) / cast({{ imports }} as double)
end
{%- endmacro %}

{%- macro normalised_balance(exports, imports) -%}
case
    when {{ exports }} >= 0 and {{ imports }} >= 0 and {{ exports }} + {{ imports }} > 0
        then
            cast({{ exports }} - {{ imports }} as double)
            / cast({{ exports }} + {{ imports }} as double)
end
{%- endmacro %}

{%- macro log_ratio(exports, imports) -%}
case
    when {{ exports }} > 0 and {{ imports }} > 0
        then ln(cast({{ exports }} as double) / cast({{ imports }} as double))
end
{%- endmacro %}

{%- macro log_change(now, earlier) -%}
case
    when {{ now }} > 0 and {{ earlier }} > 0
        then ln(cast({{ now }} as double) / cast({{ earlier }} as double))
end
{%- endmacro %}

{#- Divided first: a whole is then exactly 100, and no part is more. -#}
{%- macro share_pct(part, whole) -%}
case
    when {{ part }} >= 0 and {{ whole }} > 0
        then 100.0 * (cast({{ part }} as double) / cast({{ whole }} as double))
end
{%- endmacro %}

{#- An index around 1, from 0, on a scale from −1 to 1. -#}
{%- macro symmetric_index(relative) -%}
({{ relative }} - 1) / ({{ relative }} + 1)
{%- endmacro %}

{#- Herfindahl and Hirschman's index: the sum of squared shares, above 0 up to 1. -#}
{%- macro concentration(total_of_squares, total) -%}
cast({{ total_of_squares }} as double)
/ (cast({{ total }} as double) * cast({{ total }} as double))
{%- endmacro %}
