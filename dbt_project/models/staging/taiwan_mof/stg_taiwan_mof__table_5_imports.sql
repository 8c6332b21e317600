select
    kind as period_kind,
    period,
    case kind
        when 'annual' then cast(period || '-01-01' as date)
        else cast(substr(period, 1, 7) || '-01' as date)
    end as period_start_date,
    case kind
        when 'annual' then 12
        when 'monthly' then 1
        else cast(substr(period, 10, 2) as integer)
    end as months_covered,
    case commodity
        when 'semiconductor_equipment' then 'equipment'
        else commodity
    end as product_set,
    'import' as flow_type,
    cast(value_usd_millions as decimal(20, 3)) as value_usd_millions,
    growth_pct as control_growth_pct,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    kind || '|' || period || '|' || commodity as row_key,
    payload_sha256
from {{ source('raw', 'taiwan_mof__table_5_imports') }}
where {{ is_believed() }}
