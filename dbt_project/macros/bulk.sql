{#- The rows of partitions, each {path, revision}, with the revision as a column. -#}
{%- macro partition_rows(partitions) -%}
{{ adapter.dispatch('partition_rows')(partitions) }}
{%- endmacro %}

{%- macro default__partition_rows(partitions) -%}
{%- set paths = partitions | map(attribute='path') -%}
{%- set quoted = paths | map('replace', "'", "''") | join("', '") -%}
read_parquet(['{{ quoted }}'], hive_partitioning = true)
{%- endmacro %}

{%- macro spark__partition_rows(partitions) -%}
(
{%- for partition in partitions %}
    select '{{ partition.revision }}' as revision, rows.*
    from parquet.`{{ partition.path }}` as rows
    {{ 'union all' if not loop.last }}
{%- endfor %}
)
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
