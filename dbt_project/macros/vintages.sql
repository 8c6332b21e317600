{#-
Which rows of a raw table to read, as of `var('as_of')` (Taipei time; null = now).
`is_believed` keeps the whole published history up to then, `is_standing` only what
stood at that moment, and `published_to` reopens what was superseded later.
-#}
{%- macro is_believed() -%}
recorded_to is null
{%- if var('as_of') %} and published_from <= {{ as_of() }}{% endif %}
{%- endmacro %}

{%- macro is_standing() -%}
{{ is_believed() }} and {{ published_to() }} is null
{%- endmacro %}

{%- macro published_to() -%}
{%- if var('as_of') -%}
case when published_to <= {{ as_of() }} then published_to end
{%- else -%}
published_to
{%- endif -%}
{%- endmacro %}

{%- macro as_of() -%}
cast('{{ var("as_of") }}' as timestamp)
{%- endmacro %}

{#- Whether a row was in force when another, that is not older, was published. -#}
{%- macro in_force(row, at) -%}
{{ at }}.published_from >= {{ row }}.published_from
and (
    {{ row }}.published_to is null
    or {{ at }}.published_from < {{ row }}.published_to
)
{%- endmacro %}
