-- The raw rows that every vintage of a goods ratio was made from, for sources that are
-- fetched. Each vintage is asked which rows were in force when it began, of the flows
-- that it has; nothing is computed anew.
{%- set products = [
    (
        'wto_trade__merchandise_values',
        ref('stg_wto_trade__merchandise'),
        'codes.definition',
        "codes.definition = 'wto_mamtotic' and trade.product_code = codes.product_code",
    ),
    (
        'cepii_baci__trade_values',
        ref('stg_cepii_baci__trade'),
        'codes.definition',
        "'baci_' || lower(trade.hs_revision) = codes.definition"
        ~ " and codes.product_code in (trade.product_code, left(trade.product_code, 4))",
    ),
    (
        'un_comtrade__goods_values',
        'comtrade',
        "codes.definition || case trade.trade_method when 'mirror' then '_mirror' else '' end",
        "'comtrade_' || trade.classification = codes.definition"
        ~ " and trade.product_code = codes.product_code",
    ),
] %}
with vintages as (
    select
        *,
        series_id || '|' || period || '|' || cast(published_from as string) as row_key
    from {{ ref('int_goods_balances') }}
),

commodities as (
    select
        product_set,
        flow_type,
        month_date,
        published_from,
        published_to,
        row_key
    from {{ ref('stg_estat_trade__monthly_trade') }}
    where
        product_set is not null
        and (missing_reason is null or missing_reason <> 'no figure')
),

comtrade as (
    {{ once_a_year(ref('stg_un_comtrade__goods_trade')) }}
),

products as (
    {% for raw_table, relation, definition, condition in products %}
    select
        '{{ raw_table.split('__')[0] }}' as source,
        '{{ raw_table }}' as raw_table,
        {{ definition }} as definition,
        codes.product_set,
        codes.weight,
        trade.economy_code,
        trade.flow_type,
        trade.period_year,
        trade.published_from,
        trade.published_to,
        trade.row_key
    from {{ relation }} as trade
    inner join {{ ref('product_set_codes') }} as codes
        on {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

flows as (
    {% for flow_type in ['export', 'import'] %}
    select
        row_key,
        source,
        economy_code,
        definition,
        product_set,
        value_basis,
        period_year,
        period_start_date,
        period_end_date,
        published_from,
        '{{ flow_type }}' as flow_type
    from vintages
    where {{ flow_type }}s_millions is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

inputs as (
    select
        flows.row_key,
        flows.flow_type || ' added' as input_role,
        'estat_trade__monthly_values' as raw_table,
        commodities.row_key as input_key,
        commodities.published_from as input_published_from
    from flows
    inner join commodities
        on
            flows.product_set = commodities.product_set
            and flows.flow_type = commodities.flow_type
            and flows.period_start_date <= commodities.month_date
            and flows.period_end_date >= commodities.month_date
            and {{ in_force('commodities', 'flows') }}
    where flows.source = 'estat_trade'
    union all
    select
        flows.row_key,
        flows.flow_type
        || case when products.weight > 0 then ' added' else ' taken off' end
            as input_role,
        products.raw_table,
        products.row_key as input_key,
        products.published_from as input_published_from
    from flows
    inner join products
        on
            flows.source = products.source
            and flows.definition = products.definition
            and flows.product_set = products.product_set
            and flows.economy_code = products.economy_code
            and flows.flow_type = products.flow_type
            and flows.period_year = products.period_year
            and (
                {{ in_force('products', 'flows') }}
                -- What partners report is added up as it stands.
                or (
                    flows.value_basis = 'sum_of_partners'
                    and products.published_to is null
                )
            )
)

select * from inputs
