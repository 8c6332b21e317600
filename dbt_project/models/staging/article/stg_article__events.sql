select
    event_id,
    case when date_precision <> 'undated' then cast(substr(date, 1, 4) as integer) end
        as event_year,
    date as event_date,
    -- One year has a remark on its precision.
    case when date_precision like 'year %' then 'year' else date_precision end
        as date_precision,
    event_en,
    event_zh,
    kind as event_kind,
    cast(article_value as double) as article_value,
    cross_check,
    payload_sha256
from {{ source('raw', 'article__events') }}
where {{ is_standing() }}
