{#- Every row has a value in each of `columns`. -#}
{% test present(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where {{ columns | join(' is null or ') }} is null
{% endtest %}
