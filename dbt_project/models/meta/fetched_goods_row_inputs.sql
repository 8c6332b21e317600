-- The raw rows that every vintage of a goods ratio was made from, for sources that are
-- fetched. Each vintage is asked which rows were in force when it began, of the flows
-- that it has; nothing is computed anew.
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
    select
        *,
        -- Of a union and its successor in one year the successor counts.
        min(case when is_former_territory then 1 else 0 end) over (
            partition by
                trade_method, reporter_economy_code, classification, period_year
        ) as is_only_former
    from {{ ref('stg_un_comtrade__goods_trade') }}
),

products as (
    select
        'wto_trade' as source,
        'wto_trade__merchandise_values' as raw_table,
        codes.definition,
        codes.product_set,
        codes.weight,
        trade.economy_code,
        trade.flow_type,
        trade.period_year,
        trade.published_from,
        trade.published_to,
        trade.row_key
    from {{ ref('stg_wto_trade__merchandise') }} as trade
    inner join {{ ref('product_set_codes') }} as codes
        on
            codes.definition = 'wto_mamtotic'
            and trade.product_code = codes.product_code
    union all
    select
        'cepii_baci' as source,
        'cepii_baci__trade_values' as raw_table,
        codes.definition,
        codes.product_set,
        codes.weight,
        trade.economy_code,
        trade.flow_type,
        trade.period_year,
        trade.published_from,
        trade.published_to,
        trade.row_key
    from {{ ref('stg_cepii_baci__trade') }} as trade
    inner join {{ ref('product_set_codes') }} as codes
        on
            'baci_' || lower(trade.hs_revision) = codes.definition
            and codes.product_code
            in (trade.product_code, left(trade.product_code, 4))
    union all
    select
        'un_comtrade' as source,
        'un_comtrade__goods_values' as raw_table,
        codes.definition
        || case comtrade.trade_method when 'mirror' then '_mirror' else '' end
            as definition,
        codes.product_set,
        codes.weight,
        comtrade.economy_code,
        comtrade.flow_type,
        comtrade.period_year,
        comtrade.published_from,
        comtrade.published_to,
        comtrade.row_key
    from comtrade
    inner join {{ ref('product_set_codes') }} as codes
        on
            'comtrade_' || comtrade.classification = codes.definition
            and comtrade.product_code = codes.product_code
    where not comtrade.is_former_territory or comtrade.is_only_former = 1
),

flows as (
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
        'export' as flow_type
    from vintages
    where exports_millions is not null
    union all
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
        'import' as flow_type
    from vintages
    where imports_millions is not null
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
