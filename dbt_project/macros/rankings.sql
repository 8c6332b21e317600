{#-
Measures of a ranking, once. Those of concentration are aggregates over firms, of exact
decimals: sums of doubles would depend on the order of the rows.
-#}

{#- Revenues are numbered from the smallest on. -#}
{%- macro gini(revenue, place_from_below) -%}
(
    2 * cast(sum({{ place_from_below }} * {{ revenue }}) as double)
    - (count(*) + 1) * cast(sum({{ revenue }}) as double)
) / (count(*) * cast(sum({{ revenue }}) as double))
{%- endmacro %}

{#- The index that a list of so many firms would have if it could reach 1. -#}
{%- macro gini_corrected(gini, firms) -%}
{{ gini }} * {{ firms }} / ({{ firms }} - 1)
{%- endmacro %}

{#- A revenue printed in a wrong unit must still have a square, for checks to see. -#}
{%- macro hhi_within(revenue) -%}
10000 * cast(sum({{ squared(revenue) }}) as double)
/ (cast(sum({{ revenue }}) as double) * cast(sum({{ revenue }}) as double))
{%- endmacro %}

{#- Of the whole market, by shares in per cent: as if the others were nobody. -#}
{%- macro hhi_floor(share_pct) -%}
cast(sum({{ share_pct }} * {{ share_pct }}) as double)
{%- endmacro %}

{#- And as if they were firms of the size of the last in the list: none is larger. -#}
{%- macro hhi_upper_bound(share_pct) -%}
{{ hhi_floor(share_pct) }}
+ (100 - cast(sum({{ share_pct }}) as double)) * cast(min({{ share_pct }}) as double)
{%- endmacro %}

{#- The least and the greatest market of which a revenue can be a share so printed. -#}
{%- macro market_low(revenue, revenue_rounding, share_pct) -%}
({{ revenue }} - {{ revenue_rounding }} / 2.0) / ({{ share_pct }} + 0.05) * 100
{%- endmacro %}

{%- macro market_high(revenue, revenue_rounding, share_pct) -%}
({{ revenue }} + {{ revenue_rounding }} / 2.0) / ({{ share_pct }} - 0.05) * 100
{%- endmacro %}
