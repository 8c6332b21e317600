select
    ref_area as reporter_code,
    nullif(ref_area, 'W') as economy_code,
    case trade_flow when 'X' then 'export' when 'M' then 'import' end as flow_type,
    case adjustment
        when 'N' then 'reported'
        when 'B' then 'balanced'
    end as trade_method,
    time_period as period_year,
    obs_value as value_usd_millions,
    obs_status,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', ref_area, trade_flow, adjustment, time_period) as row_key,
    payload_sha256
from {{ source('raw', 'oecd_batis__services_values') }}
where {{ is_believed() }}
