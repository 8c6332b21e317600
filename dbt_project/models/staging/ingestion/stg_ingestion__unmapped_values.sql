select
    table_name,
    column_name,
    value as unmapped_value,
    row_count
from {{ source('raw', 'unmapped') }}
