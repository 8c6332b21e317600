{#- The last day of a period that lies within one calendar year. -#}
{%- macro period_end_date(start_date, months) -%}
last_day(
    make_date(
        cast(date_part('year', {{ start_date }}) as integer),
        cast(date_part('month', {{ start_date }}) as integer) + {{ months }} - 1,
        1
    )
)
{%- endmacro %}

{#- The moment a number of months after another. -#}
{%- macro months_later(moment, months) -%}
{{ adapter.dispatch('months_later')(moment, months) }}
{%- endmacro %}

{%- macro default__months_later(moment, months) -%}
{{ moment }} + to_months(cast({{ months }} as integer))
{%- endmacro %}

{%- macro spark__months_later(moment, months) -%}
{{ moment }} + make_ym_interval(0, cast({{ months }} as integer))
{%- endmacro %}
