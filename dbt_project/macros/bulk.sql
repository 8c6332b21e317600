{#- The rows of Parquet files that have the same columns. -#}
{%- macro parquet_rows(paths) -%}
{{ adapter.dispatch('parquet_rows')(paths) }}
{%- endmacro %}

{%- macro default__parquet_rows(paths) -%}
{%- set quoted = paths | map('replace', "'", "''") | join("', '") -%}
read_parquet(['{{ quoted }}'], hive_partitioning = false)
{%- endmacro %}

{%- macro spark__parquet_rows(paths) -%}
(select * from parquet.`{{ paths | join('` union all select * from parquet.`') }}`)
{%- endmacro %}

{#- Before a run adds the rows that a condition tells, the old ones of them go. -#}
{%- macro without_rows(condition) -%}
{%- if is_incremental() -%}
{{ adapter.dispatch('without_rows')(condition) }}
{%- endif -%}
{%- endmacro %}

{%- macro default__without_rows(condition) -%}
delete from {{ this }} where {{ condition }}
{%- endmacro %}

{#- There whole years are overwritten by the run itself, as partitions. -#}
{%- macro spark__without_rows(condition) -%}
{%- endmacro %}

{#- The square of a decimal(18, 3), exactly: engines keep too few digits of it. -#}
{%- macro squared(amount) -%}
cast({{ amount }} as decimal(19, 3)) * {{ amount }}
{%- endmacro %}
