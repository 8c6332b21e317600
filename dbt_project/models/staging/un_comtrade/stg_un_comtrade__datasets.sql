select
    case classification_search_code when 'HS' then 'hs' when 'S2' then 'sitc2' end
        as classification,
    reporter_code,
    year as period_year,
    dataset_code,
    classification_code as classification_edition,
    is_original_classification,
    total_records,
    dataset_checksum,
    first_released as first_released_at_utc,
    last_released as last_released_at_utc,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from {{ source('raw', 'un_comtrade__datasets') }}
where {{ is_believed() }}
