select
    revision as hs_revision,
    version as baci_version,
    economy as reporter_code,
    -- Codes with digits are the publisher's own, of what is no single economy.
    case
        when economy = 490 then 'TWN'
        when translate(economy_iso3, '0123456789', '') = economy_iso3
            then economy_iso3
    end as economy_code,
    flow as flow_type,
    product as product_code,
    year as period_year,
    cast(value_thousand_usd / 1000.0 as decimal(20, 6)) as value_usd_millions,
    quantity_tonnes,
    partners,
    partners_with_quantity,
    'fob' as valuation,
    'reconciled' as trade_method,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', revision, flow, economy, product, year) as row_key,
    payload_sha256
from {{ source('raw', 'cepii_baci__trade_values') }}
where {{ is_believed() }}
