{#-
The table has the form that is declared for it. A row of the result is a way in which it
has not:
  key       no two rows share the values of these columns,
  unique    nor those of any of these lists of columns,
  required  every row has a value in each of these columns,
  values    these columns have no value but the listed ones,
  partners  these columns have no value but those of another table's column.
One test asks all of it: dbt takes longer to prepare a test than DuckDB to run it.
-#}
{% test well_formed(model, key=[], unique=[], required=[], values={}, partners={}) %}
with found as materialized (
    select *
    from {{ model }}
)

{% for columns in [key] + unique if columns %}
select
    'repeated' as problem, '{{ columns | join(", ") }}' as column_names,
    concat_ws(', ', {{ columns | join(', ') }}) as found_value, count(*) as row_count
from found
group by {{ columns | join(', ') }}
having count(*) > 1
union all
{% endfor %}
{% for column in required %}
select 'missing', '{{ column }}', null, count(*)
from found
where {{ column }} is null
having count(*) > 0
union all
{% endfor %}
{% for column, known in values.items() %}
select 'unknown', '{{ column }}', cast({{ column }} as varchar), count(*)
from found
where {{ column }} not in ('{{ known | join("', '") }}')
group by {{ column }}
union all
{% endfor %}
{% for column, partner in partners.items() %}
select 'without partner', '{{ column }}', cast({{ column }} as varchar), count(*)
from found
where {{ column }} not in (
    select {{ partner.field }}
    from {{ partner.to }}
    where {{ partner.field }} is not null
)
group by {{ column }}
union all
{% endfor %}
select null, null, null, null
where false
{% endtest %}
