{#-
The folder GEESE_LAKE, a path or an address of object storage, in which both engines
meet: `inputs/<schema>/<table>` holds raw tables and seeds as DuckDB wrote them, and
`models/<schema>/<table>` what Spark made of them.
-#}

{#-
Tell Spark's catalogue where its tables go, and of the lake's inputs; bulk models name
the files that they read themselves.
-#}
{%- macro open_lake() -%}
{%- set lake = env_var('GEESE_LAKE') -%}
{%- set inputs = [] -%}
{%- for node in graph.nodes.values() if node.resource_type == 'seed' -%}
{%- do inputs.append(node) -%}
{%- endfor -%}
{%- for node in graph.sources.values() if node.schema == 'raw' -%}
{%- do inputs.append(node) -%}
{%- endfor -%}
{%- for schema in ['raw', 'seeds', 'staging', 'intermediate', 'marts'] -%}
{%- do run_query(
    'create schema if not exists ' ~ schema
    ~ " location '" ~ lake ~ '/models/' ~ schema ~ "'"
) -%}
{%- endfor -%}
{%- for node in inputs if not var('bulk', false) -%}
{%- set table = node.schema ~ '.' ~ node.name -%}
{%- do run_query('drop table if exists ' ~ table) -%}
{%- do run_query(
    'create table ' ~ table ~ " using parquet location '"
    ~ lake ~ '/inputs/' ~ node.schema ~ '/' ~ node.name ~ "'"
) -%}
{%- endfor -%}
{%- endmacro -%}

{#-
dbt's own macro, but that rows which `var('computed')` names files of (by schema and
table) are read from there. The table is made empty from its model, so that its types
and its contract are the same whichever engine computed it.
-#}
{%- macro duckdb__create_table_as(
    temporary, relation, compiled_code, language='sql', partitioned_by=none,
    sorted_by=none
) -%}
{%- set files = var('computed').get(model.schema ~ '.' ~ model.name) -%}
{%- set rows = 'select * from (' ~ compiled_code ~ '\n) where false' -%}
{{ dbt.duckdb__create_table_as(
    temporary, relation, rows if files else compiled_code, language, partitioned_by,
    sorted_by
) }}
{%- if files %};
insert into {{ relation }} by name select * from read_parquet([
{%- for file in files %}'{{ file | replace("'", "''") }}', {% endfor -%}
])
{%- endif -%}
{%- endmacro -%}
