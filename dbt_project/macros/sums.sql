{#-
Common table expressions that add up `parts` over everything but `keys`, as the sum
stood in each published interval: `<name>_moments`, `<name>_intervals` and `<name>`.
Parts have a weight, a value_millions, published_from, published_to and recorded_from.
The sum is NULL where a part has no value. Parts added and parts taken off are counted;
`also` names further aggregates of `parts`, each with its column.
-#}
{%- macro sums_over_time(name, parts, keys, also=[]) -%}
{{ name }}_moments as (
    select
        {{ keys | join(', ') }},
        published_from
    from {{ parts }}
    union
    select
        {{ keys | join(', ') }},
        published_to as published_from
    from {{ parts }}
    where published_to is not null
),

{{ name }}_intervals as (
    select
        *,
        lead(published_from) over (
            partition by {{ keys | join(', ') }} order by published_from
        ) as published_to
    from {{ name }}_moments
),

{{ name }} as (
    select
        {% for key in keys %}
        intervals.{{ key }},
        {% endfor %}
        intervals.published_from,
        intervals.published_to,
        case
            when count(*) = count(parts.value_millions)
                then sum(parts.weight * parts.value_millions)
        end as value_millions,
        count(case when parts.weight > 0 then 1 end) as parts_added,
        count(case when parts.weight < 0 then 1 end) as parts_taken_off,
        {% for aggregate in also %}{{ aggregate }},{% endfor %}
        max(parts.recorded_from) as recorded_from
    from {{ name }}_intervals as intervals
    inner join {{ parts }} as parts
        on
            {% for key in keys %}
            intervals.{{ key }} = parts.{{ key }} and
            {% endfor %}
            intervals.published_from >= parts.published_from
            and (
                parts.published_to is null
                or intervals.published_from < parts.published_to
            )
    group by
        {% for key in keys %}
        intervals.{{ key }},
        {% endfor %}
        intervals.published_from,
        intervals.published_to
)
{%- endmacro %}

{#- The square of a decimal(18, 3), exactly: engines keep too few digits of it. -#}
{%- macro squared(amount) -%}
cast({{ amount }} as decimal(19, 3)) * {{ amount }}
{%- endmacro %}
