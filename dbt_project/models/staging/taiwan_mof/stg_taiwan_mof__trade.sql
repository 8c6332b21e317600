-- DRAM and LED exports have no import counterpart in the press tables: left in raw.
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
    cast(exp_ic as decimal(20, 3)) as ic_exports_usd_millions,
    cast(imp_ic as decimal(20, 3)) as ic_imports_usd_millions,
    cast(exp_semicon_making_machinery as decimal(20, 3))
        as equipment_exports_usd_millions,
    cast(imp_semicon_equipment as decimal(20, 3)) as equipment_imports_usd_millions,
    cast(ratio_ic as double) as ic_control_ratio,
    cast(ratio_equipment as double) as equipment_control_ratio,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    kind || '|' || period as row_key,
    payload_sha256
from {{ source('raw', 'taiwan_mof__press_values') }}
where {{ is_believed() }}
