-- 100 million yen are 100 millions.
select
    fiscal_year,
    relation,
    'JPN' as economy_code,
    cast(exports_100m_yen * 100 as decimal(20, 3)) as exports_jpy_millions,
    cast(imports_100m_yen * 100 as decimal(20, 3)) as imports_jpy_millions,
    balance_ratio as control_ratio,
    exports_missing as exports_missing_reason,
    imports_missing as imports_missing_reason,
    balance_ratio_missing as control_ratio_missing_reason,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from {{ source('raw', 'nistep_indicators__technology_trade') }}
where {{ is_believed() }}
