with releases as (
    select
        *,
        case unit
            when 'usd_thousand' then 0.001
            when 'usd_million' then 1
            when 'usd_100_million' then 100
            when 'usd_billion' then 1000
        end as usd_millions_per_unit
    from {{ source('raw', 'company_revenues__releases') }}
    where
        {{ is_standing() }}
        and lower(coalesce(note, '')) not like 'withdrawn:%'
)

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
    cast(revenue * usd_millions_per_unit as decimal(18, 2)) as revenue_usd_millions,
    cast(revenue_rounding * usd_millions_per_unit as decimal(18, 3))
        as revenue_rounding_usd_millions,
    cast(share_pct as double) as share_pct,
    cast(prev_year_revenue * usd_millions_per_unit as decimal(18, 2))
        as prior_year_revenue_usd_millions,
    cast(growth_pct as double) as growth_pct,
    is_complete_top_ten as is_said_complete,
    coalesce(foundries_included, false) as is_with_foundries,
    source_url,
    note,
    publisher || '|' || release_date || '|' || status || '|'
    || cast(data_year as string) || '|' || vendor_as_printed as row_key,
    payload_sha256
from releases
