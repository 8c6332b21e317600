select
    cast(month || '-01' as date) as month_date,
    case region
        when 'Americas' then 'americas'
        when 'Europe' then 'europe'
        when 'Japan' then 'japan'
        when 'Asia Pacific' then 'asia_pacific'
        when 'Worldwide' then 'world'
    end as region_code,
    region as region_printed,
    cast(billings_thousand_usd / 1000.0 as decimal(20, 6)) as billings_usd_millions,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from {{ source('raw', 'wsts_billings__monthly_billings') }}
where {{ is_believed() }}
