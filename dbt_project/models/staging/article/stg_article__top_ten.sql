select
    year as data_year,
    rank as revenue_rank,
    company_zh as company_printed,
    company_en as company_printed_en,
    country_iso3 as country_code,
    cast(revenue_oku_usd * 100 as decimal(18, 2)) as revenue_usd_millions,
    cast(share_pct as double) as share_pct,
    cast(year as string) || '|' || cast(rank as string) as row_key,
    payload_sha256
from {{ source('raw', 'article__top_ten') }}
where {{ is_standing() }}
