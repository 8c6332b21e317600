-- One trade told twice: what the exporter says it sold (FOB) and what the importer says
-- it bought (CIF), by year. WLD are all partners that tell of their trade with Taiwan.
with estat as (
    select
        product_set,
        flow_type,
        partner_code,
        trade_year as period_year,
        sum(value_jpy_millions) as value_millions
    from {{ ref('stg_estat_trade__monthly_trade') }}
    where
        product_set is not null
        and partner_code = 'TWN'
        and published_to is null
        and value_jpy_millions is not null
    group by product_set, flow_type, partner_code, trade_year
    having count(*) = 12
),

files as (
    select
        trade.product_set,
        trade.flow_type,
        trade.partner_code,
        trade.trade_year as period_year,
        trade.value_jpy_millions as value_millions
    from {{ ref('stg_japan_customs__annual_trade') }} as trade
    left join estat
        on
            trade.product_set = estat.product_set
            and trade.flow_type = estat.flow_type
            and trade.trade_year = estat.period_year
    where
        trade.partner_code = 'TWN'
        and trade.months_covered = 12
        and trade.published_to is null
        -- e-Stat tells months of all years, and restates them.
        and estat.product_set is null
),

japan as (
    select
        *,
        'estat_trade' as source
    from estat
    union all
    select
        *,
        'japan_customs' as source
    from files
),

-- Japan's side of its trade with Taiwan, and Taiwan's, as Taiwan's exports and imports.
by_code as (
    select
        codes.definition,
        codes.product_set,
        trade.trade_method,
        trade.flow_type,
        trade.period_year,
        sum(codes.weight * trade.value_usd_millions) as value_millions
    from {{ ref('stg_un_comtrade__goods_trade') }} as trade
    inner join {{ ref('product_set_codes') }} as codes
        on
            'comtrade_' || trade.classification = codes.definition
            and trade.product_code = codes.product_code
    where
        (
            trade.trade_method = 'mirror'
            and trade.reporter_economy_code = 'JPN'
            or trade.trade_method = 'bilateral'
        )
        and trade.published_to is null
        and codes.product_set not in ('components_without_pv', 'all_goods')
    group by
        codes.definition,
        codes.product_set,
        trade.trade_method,
        trade.flow_type,
        trade.period_year
    -- Of a set whose headings are not all there the sum would be too small.
    having
        count(*) = case
            when codes.definition = 'comtrade_hs' and codes.product_set = 'components'
                then 2
            else 1
        end
),

taiwan as (
    select
        *,
        replace(definition, '_mirror', '') as told_by_definition,
        cast(date_part('year', period_start_date) as integer) as period_year
    from {{ ref('int_goods_trade_flows') }}
    where
        economy_code = 'TWN'
        and source = 'un_comtrade'
        and product_set not in ('components_without_pv', 'all_goods')
        and published_to is null
),

told as (
    select
        'customs_principal' as definition,
        product_set,
        period_year,
        'JPY' as currency_code,
        source,
        case flow_type when 'export' then 'JPN' else 'TWN' end as exporter_code,
        case flow_type when 'export' then 'TWN' else 'JPN' end as importer_code,
        case flow_type when 'export' then 'exporter' else 'importer' end as told_by,
        value_millions
    from japan
    union all
    -- A partner's row is Taiwan's trade seen from there: Japan tells the other side.
    -- In a row of Taiwan's own Taiwan does.
    select
        definition,
        product_set,
        period_year,
        'USD' as currency_code,
        'un_comtrade' as source,
        case flow_type when 'export' then 'TWN' else 'JPN' end as exporter_code,
        case flow_type when 'export' then 'JPN' else 'TWN' end as importer_code,
        case
            when (flow_type = 'export') = (trade_method = 'bilateral') then 'exporter'
            else 'importer'
        end as told_by,
        value_millions
    from by_code
    union all
    select
        told_by_definition as definition,
        product_set,
        period_year,
        currency_code,
        source,
        case flow_type when 'export' then 'TWN' else 'WLD' end as exporter_code,
        case flow_type when 'export' then 'WLD' else 'TWN' end as importer_code,
        case
            when (flow_type = 'export') = (definition = told_by_definition)
                then 'exporter'
            else 'importer'
        end as told_by,
        value_millions
    from taiwan
)

select
    exporter_code,
    importer_code,
    product_set,
    definition,
    period_year,
    told_by,
    case told_by when 'exporter' then 'FOB' else 'CIF' end as valuation,
    currency_code,
    cast(value_millions as decimal(26, 9)) as value_millions,
    source
from told
