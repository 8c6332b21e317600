select
    event_id,
    case
        when date_precision in ('undated') then null
        else cast(substr(date, 1, 4) as integer)
    end as event_year,
    date as event_date,
    date_precision,
    event_en,
    event_zh,
    kind as event_kind,
    cast(article_value as double) as article_value,
    cross_check,
    payload_sha256
from {{ source('raw', 'article__events') }}
where {{ is_standing() }}
