select
    flow as flow_type,
    commodity_code,
    case
        when commodity_code in ('70323000', '70311000') then 'components'
        when commodity_code in ('70323050', '70311030') then 'ic'
        when commodity_code = '70131000' then 'equipment'
    end as product_set,
    area_code,
    case area_code
        when '50103' then 'KOR'
        when '50105' then 'CHN'
        when '50106' then 'TWN'
        when '50304' then 'USA'
    end as partner_code,
    year as trade_year,
    make_date(year, month, 1) as month_date,
    cast(value_thousand_yen / 1000.0 as decimal(20, 3)) as value_jpy_millions,
    missing_reason,
    case flow when 'export' then 'fob' when 'import' then 'cif' end as valuation,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', flow, commodity_code, area_code, year, month) as row_key,
    payload_sha256
from {{ source('raw', 'estat_trade__monthly_values') }}
where {{ is_believed() }}
