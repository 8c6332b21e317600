-- The file says that a year was still running, not how far: 2025 holds January to July.
with exports as (
    select
        *,
        case
            when not partial then 12
            when year = 2025 then 7
        end as months_covered
    from {{ source('raw', 'taiwan_customs__hs6_exports') }}
    where {{ is_believed() }}
)

select
    'TWN' as economy_code,
    case when partial then 'ytd' else 'annual' end as period_kind,
    case
        when partial
            then
                cast(year as string) || '-01..'
                || lpad(cast(months_covered as string), 2, '0')
        else cast(year as string)
    end as period,
    cast(cast(year as string) || '-01-01' as date) as period_start_date,
    months_covered,
    hs6 as hs_code,
    cast(export_usd_million as decimal(20, 3)) as exports_usd_millions,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from exports
