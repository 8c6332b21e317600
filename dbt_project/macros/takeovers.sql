{#-
Rows of two publications of one statistic, each key from one of them at a time: the
`newer` from `takeovers.taken_over_from` on, the `older` until then. `takeovers` is a
relation of the keys and that moment.
-#}
{%- macro taken_over(older, newer, keys, columns) -%}
select
    {{ older }}.{{ columns | join(', ' ~ older ~ '.') }},
    {{ older }}.published_from,
    least({{ older }}.published_to, takeovers.taken_over_from) as published_to
from {{ older }}
left join takeovers on {{ same_keys(older, keys) }}
where
    takeovers.taken_over_from is null
    or {{ older }}.published_from < takeovers.taken_over_from
union all
select
    {{ newer }}.{{ columns | join(', ' ~ newer ~ '.') }},
    greatest({{ newer }}.published_from, takeovers.taken_over_from) as published_from,
    {{ newer }}.published_to
from {{ newer }}
inner join takeovers
    on
        {{ same_keys(newer, keys) }}
        and (
            {{ newer }}.published_to is null
            or {{ newer }}.published_to > takeovers.taken_over_from
        )
{%- endmacro %}

{%- macro same_keys(relation, keys) -%}
{%- for key in keys -%}
{{ relation }}.{{ key }} = takeovers.{{ key }}{{ ' and ' if not loop.last }}
{%- endfor -%}
{%- endmacro %}
