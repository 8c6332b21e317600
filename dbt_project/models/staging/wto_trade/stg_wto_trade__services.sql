select
    reporter_code,
    -- Codes from 900 on, and with letters, are groups of economies.
    case
        when reporter_code between '001' and '899'
            then
                case reporter_iso3a
                    when 'CHT' then 'TWN'
                    when 'ROM' then 'ROU'
                    else reporter_iso3a
                end
    end as economy_code,
    case substr(indicator_code, 9, 1)
        when 'X' then 'export'
        when 'M' then 'import'
    end as flow_type,
    'bpm' || right(indicator_code, 1) as bop_manual,
    product_code,
    year as period_year,
    value as value_usd_millions,
    value_flag_code,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', indicator_code, reporter_code, product_code, year) as row_key,
    payload_sha256
from {{ source('raw', 'wto_trade__services_values') }}
where {{ is_believed() }}
