-- What publishers wrote that no table of ours knows: economies are counted from the
-- staged rows, where their trade is known too, other codes by ingestion.
{%- set sources = [
    ('stg_cepii_baci__trade', 'cepii_baci__trade_values', 'economy', 'reporter_code'),
    ('stg_wto_trade__merchandise', 'wto_trade__merchandise_values', 'reporter_code',
     'reporter_code'),
    ('stg_wto_trade__services', 'wto_trade__services_values', 'reporter_code',
     'reporter_code'),
    ('stg_oecd_batis__services', 'oecd_batis__services_values', 'ref_area',
     'reporter_code'),
] %}

with reported as (
    {% for model, table_name, column_name, code in sources %}
    select
        '{{ table_name }}' as table_name,
        '{{ column_name }}' as column_name,
        cast({{ code }} as string) as code,
        economy_code,
        period_year,
        cast(value_usd_millions as double) as value_millions
    from {{ ref(model) }}
    where published_to is null
    union all
    {% endfor %}
    select
        'un_comtrade__goods_values' as table_name,
        'reporter_code' as column_name,
        cast(reporter_code as string) as code,
        reporter_economy_code as economy_code,
        period_year,
        cast(value_usd_millions as double) as value_millions
    from {{ ref('stg_un_comtrade__goods_trade') }}
    where published_to is null
    union all
    select
        'world_bank__ip_charges' as table_name,
        'iso3' as column_name,
        economy_code as code,
        -- An area that is in no list is left out of the figures, whatever it is.
        case when is_aggregate is not null then economy_code end as economy_code,
        charge_year as period_year,
        cast(value_usd_millions as double) as value_millions
    from {{ ref('stg_world_bank__ip_charges') }}
    where published_to is null and not coalesce(is_aggregate, false)
),

counted as (
    select
        reported.table_name,
        reported.column_name,
        reported.code,
        min(economies.economy_code) is null as is_unmapped,
        count(*) as row_count,
        min(reported.period_year) as first_year,
        max(reported.period_year) as last_year,
        -- Exact, or the sum would depend on the order of the rows.
        sum(cast(abs(reported.value_millions) as decimal(38, 6))) as value_millions
    from reported
    left join {{ ref('economies') }} as economies
        on reported.economy_code = economies.economy_code
    left join {{ ref('ignored_codes') }} as ignored
        on
            reported.table_name = ignored.table_name
            and reported.column_name = ignored.column_name
            and reported.code >= ignored.first_code
            and reported.code <= ignored.last_code
    where ignored.table_name is null
    group by reported.table_name, reported.column_name, reported.code
),

totals as (
    select
        table_name,
        sum(value_millions) as value_millions
    from counted
    group by table_name
),

economies_unmapped as (
    select
        counted.table_name,
        counted.column_name,
        counted.code,
        counted.row_count,
        counted.first_year,
        counted.last_year,
        {{ share_pct('counted.value_millions', 'totals.value_millions') }}
            as share_of_value_pct
    from counted
    inner join totals on counted.table_name = totals.table_name
    where counted.is_unmapped
),

others_unmapped as (
    select
        unmapped.table_name,
        unmapped.column_name,
        unmapped.unmapped_value as code,
        unmapped.row_count,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year,
        cast(null as double) as share_of_value_pct
    from {{ ref('stg_ingestion__unmapped_values') }} as unmapped
    left join economies_unmapped
        on
            unmapped.table_name = economies_unmapped.table_name
            and unmapped.column_name = economies_unmapped.column_name
            and unmapped.unmapped_value = economies_unmapped.code
    left join {{ ref('ignored_codes') }} as ignored
        on
            unmapped.table_name = ignored.table_name
            and unmapped.column_name = ignored.column_name
            and unmapped.unmapped_value >= ignored.first_code
            and unmapped.unmapped_value <= ignored.last_code
    where economies_unmapped.code is null and ignored.table_name is null
),

united as (
    select * from economies_unmapped
    union all
    select * from others_unmapped
)

select
    split_part(table_name, '__', 1) as source,
    table_name,
    column_name,
    code,
    row_count,
    first_year,
    last_year,
    share_of_value_pct
from united
order by table_name, column_name, code
