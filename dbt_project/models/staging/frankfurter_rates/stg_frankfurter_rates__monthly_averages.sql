select
    currency_code,
    cast(month || '-01' as date) as month_date,
    cast(rate_per_usd as decimal(18, 6)) as rate_per_usd,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from {{ source('raw', 'frankfurter_rates__monthly_averages') }}
where {{ is_believed() }}
