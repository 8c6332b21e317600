{#- The condition holds in every row of the years that a bulk run is about. -#}
{% test holds_of_the_run(model, condition) %}
select *
from {{ model }}
where {{ var('bulk_affected', 'true') }} and not ({{ condition }})
{% endtest %}
