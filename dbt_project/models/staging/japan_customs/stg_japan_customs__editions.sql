select
    published_on as published_date,
    cast(latest_month || '-01' as date) as latest_month_date,
    payload_sha256
from {{ source('raw', 'japan_customs__editions') }}
where {{ is_standing() }}
