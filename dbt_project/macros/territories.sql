{#-
Rows of UN Comtrade in which an economy stands once a year: of a union that fell apart
or changed its territory, and its successor, the successor counts.
-#}
{%- macro once_a_year(relation) -%}
select * from {{ relation }}
qualify
    not is_former_territory
    or min(case when is_former_territory then 1 else 0 end) over (
        partition by
            trade_method, reporter_economy_code, classification, period_year
    ) = 1
{%- endmacro %}
