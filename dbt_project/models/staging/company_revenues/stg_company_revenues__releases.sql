select
    publisher,
    release_date as release_date_printed,
    cast(published_from as date) as release_date,
    status as release_status,
    data_year,
    case
        when vendor_as_printed in ('Total', 'Total Market') then 'total'
        when vendor_as_printed = 'Others' then 'others'
        else 'company'
    end as row_kind,
    vendor_as_printed as company_printed,
    rank as revenue_rank,
    prev_rank as prior_year_rank,
    cast(revenue as decimal(18, 2)) as revenue_usd_millions,
    revenue_rounding as revenue_rounding_usd_millions,
    cast(share_pct as double) as share_pct,
    cast(prev_year_revenue as decimal(18, 2)) as prior_year_revenue_usd_millions,
    cast(growth_pct as double) as growth_pct,
    source_url,
    note,
    publisher || '|' || release_date || '|' || status || '|'
    || cast(data_year as string) || '|' || vendor_as_printed as row_key,
    payload_sha256
from {{ source('raw', 'company_revenues__releases') }}
where {{ is_standing() }}
