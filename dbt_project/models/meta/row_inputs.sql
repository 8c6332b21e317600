with goods as (
    {% for inputs in ['goods_row_inputs', 'fetched_goods_row_inputs'] %}
    select distinct
        'marts.balance_ratio_vintages' as table_name,
        row_key,
        cast(null as string) as column_name,
        input_role,
        'raw.' || raw_table as input_table,
        input_key,
        input_published_from
    from {{ ref(inputs) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

balances as (
    select
        'marts.' || mart as table_name,
        row_key,
        column_name,
        input_role,
        'marts.' || input_mart as input_table,
        input_key,
        cast(null as timestamp) as input_published_from
    from {{ ref('balance_row_inputs') }}
),

technology as (
    select
        'marts.technology_balances' as table_name,
        row_key,
        column_name,
        input_role,
        input_table,
        input_key,
        input_published_from
    from {{ ref('technology_row_inputs') }}
),

cells as (
    select
        'marts.' || mart as table_name,
        row_key,
        cast(null as string) as column_name,
        input_role,
        'marts.' || input_mart as input_table,
        input_key,
        cast(null as timestamp) as input_published_from
    from {{ ref('cell_row_inputs') }}
),

rankings as (
    select
        'marts.' || mart as table_name,
        row_key,
        column_name,
        input_role,
        input_table,
        input_key,
        cast(null as timestamp) as input_published_from
    from {{ ref('ranking_row_inputs') }}
),

article as (
    select
        'marts.article_replication' as table_name,
        row_key,
        cast(null as string) as column_name,
        input_role,
        input_table,
        input_key,
        cast(null as timestamp) as input_published_from
    from {{ ref('article_row_inputs') }}
),

inputs as (
    select * from goods
    union all
    select * from balances
    union all
    select * from technology
    union all
    select * from cells
    union all
    select * from rankings
    union all
    select * from article
)

select * from inputs
order by
    table_name,
    row_key,
    column_name,
    input_table,
    input_key,
    input_published_from,
    input_role
