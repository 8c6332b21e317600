{#- Measures of a ranking, once. Those of concentration are aggregates over firms. -#}

{#- Revenues are numbered from the smallest on. -#}
{%- macro gini(revenue, place_from_below) -%}
(2 * sum({{ place_from_below }} * {{ revenue }}) - (count(*) + 1) * sum({{ revenue }}))
/ (count(*) * sum({{ revenue }}))
{%- endmacro %}

{#- The index that a list of so many firms would have if it could reach 1. -#}
{%- macro gini_corrected(gini, firms) -%}
{{ gini }} * {{ firms }} / ({{ firms }} - 1)
{%- endmacro %}

{%- macro hhi_within(revenue) -%}
10000 * sum({{ revenue }} * {{ revenue }}) / (sum({{ revenue }}) * sum({{ revenue }}))
{%- endmacro %}

{#- Of the whole market, by shares in per cent: as if the others were nobody. -#}
{%- macro hhi_floor(share_pct) -%}
sum({{ share_pct }} * {{ share_pct }})
{%- endmacro %}

{#- And as if they were firms of the size of the last in the list: none is larger. -#}
{%- macro hhi_upper_bound(share_pct) -%}
{{ hhi_floor(share_pct) }} + (100 - sum({{ share_pct }})) * min({{ share_pct }})
{%- endmacro %}

{#- The least and the greatest market of which a revenue can be a share so printed. -#}
{%- macro market_low(revenue, revenue_rounding, share_pct) -%}
({{ revenue }} - {{ revenue_rounding }} / 2.0) / ({{ share_pct }} + 0.05) * 100
{%- endmacro %}

{%- macro market_high(revenue, revenue_rounding, share_pct) -%}
({{ revenue }} + {{ revenue_rounding }} / 2.0) / ({{ share_pct }} - 0.05) * 100
{%- endmacro %}
