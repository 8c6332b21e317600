-- The raw rows that stand behind every ratio of technology trade, of the flows that it
-- has, and the ratio of the year before where a change is stated. A source's own model
-- knows which row is whose; nothing is computed anew.
{%- set columns = [
    'source', 'economy_code', 'definition', 'industry', 'affiliate_scope', 'year_kind',
    'period_year', 'flow_type', 'value_basis', 'published_from', 'published_to',
    'row_key',
] %}
{%- set sources = [
    ('int_world_bank_technology_flows', 'world_bank__ip_charges'),
    ('int_wto_technology_flows', 'wto_trade__services_values'),
    ('int_batis_technology_flows', 'oecd_batis__services_values'),
    ('int_japan_technology_flows', 'japan_technology_trade__points'),
    ('int_taiwan_technology_flows', 'taiwan_factory_survey__points'),
] %}
{%- set flows = [
    ('receipt', 'receipts_millions'), ('payment', 'payments_millions'),
    ('printed_ratio', 'printed_ratio'),
] %}
with balances as (
    select
        *,
        {{ technology_row_key() }} as row_key
    from {{ ref('technology_balances') }}
),

flows as (
    {% for flow_type, column in flows %}
    select
        *,
        '{{ flow_type }}' as flow_type
    from balances
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

printed as (
    {% for model, raw_table in sources %}
    select
        {{ columns | join(', ') }},
        1 as weight,
        '{{ raw_table }}' as raw_table
    from {{ ref(model) }}
    union all
    {% endfor %}
    select
        'estat_rd_survey' as source,
        'JPN' as economy_code,
        'rd_survey' as definition,
        industry,
        affiliate_scope,
        'fiscal' as year_kind,
        period_year,
        flow_type,
        'as_published' as value_basis,
        published_from,
        published_to,
        row_key,
        weight,
        'estat_rd_survey__technology_trade' as raw_table
    from {{ ref('int_estat_technology_parts') }}
),

changes as (
    {{ named_columns([
        'ratio_log_change', 'receipt_contribution', 'payment_contribution',
    ]) }}
),

inputs as (
    select
        flows.row_key,
        cast(null as string) as column_name,
        case
            when flows.flow_type = 'printed_ratio' then 'ratio as printed'
            when printed.weight > 0 then flows.flow_type || ' added'
            else flows.flow_type || ' taken off'
        end as input_role,
        'raw.' || printed.raw_table as input_table,
        printed.row_key as input_key,
        printed.published_from as input_published_from
    from flows
    inner join printed
        on
            flows.source = printed.source
            and flows.economy_code = printed.economy_code
            and flows.definition = printed.definition
            and flows.industry = printed.industry
            and flows.affiliate_scope = printed.affiliate_scope
            and flows.year_kind = printed.year_kind
            and flows.period_year = printed.period_year
            and flows.flow_type = printed.flow_type
            and flows.value_basis = printed.value_basis
            and printed.published_to is null
    union all
    select
        balances.row_key,
        changes.column_name,
        'the year before' as input_role,
        'marts.technology_balances' as input_table,
        earlier.row_key as input_key,
        cast(null as timestamp) as input_published_from
    from balances
    cross join changes
    inner join balances as earlier
        on
            balances.series_id = earlier.series_id
            and balances.value_basis = earlier.value_basis
            and balances.period_year = earlier.period_year + 1
)

select * from inputs
