{#- In the years that a bulk run is about no two rows share the values of `columns`. -#}
{% test unique_of_the_run(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where {{ var('bulk_affected', 'true') }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
