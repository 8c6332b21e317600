-- Seen from an earlier moment, later decisions had not been taken.
select
    table_name,
    row_key,
    column_name,
    corrected_value,
    reason,
    author,
    source_url,
    decided_at
from {{ source('raw', 'overrides') }}
{%- if var('as_of') %}
where decided_at <= {{ as_of() }}
{%- endif %}
