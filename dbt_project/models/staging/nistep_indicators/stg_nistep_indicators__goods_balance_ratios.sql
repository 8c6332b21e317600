select
    calendar_year,
    commodity as commodity_printed,
    case commodity
        when '半導体等電子部品' then 'components'
        when '半導体等製造装置' then 'equipment'
    end as product_set,
    'JPN' as economy_code,
    balance_ratio as control_ratio,
    balance_ratio_missing as control_ratio_missing_reason,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from {{ source('raw', 'nistep_indicators__goods_balance_ratios') }}
where {{ is_believed() }}
