{#- The condition holds in every row; where it cannot be told (NULL) it holds. -#}
{% test holds(model, condition) %}
select *
from {{ model }}
where not ({{ condition }})
{% endtest %}
