-- The name printed beside the code is left in raw: labels come from seeds.
with charges as (
    select
        iso3 as economy_code,
        case indicator
            when 'BX.GSR.ROYL.CD' then 'receipt'
            when 'BM.GSR.ROYL.CD' then 'payment'
        end as flow_type,
        year as charge_year,
        -- Over its digits: engines round the same digits alike, the same double not.
        cast(cast(value_usd / 1000000 as string) as decimal(26, 10))
            as value_usd_millions,
        published_from,
        {{ published_to() }} as published_to,
        recorded_from,
        concat_ws('|', iso3, indicator, year) as row_key,
        payload_sha256
    from {{ source('raw', 'world_bank__ip_charges') }}
    where {{ is_believed() }}
)

select
    charges.economy_code,
    areas.area_kind = 'aggregate' as is_aggregate,
    charges.flow_type,
    charges.charge_year,
    charges.value_usd_millions,
    charges.published_from,
    charges.published_to,
    charges.recorded_from,
    charges.row_key,
    charges.payload_sha256
from charges
left join {{ ref('world_bank_areas') }} as areas
    on charges.economy_code = areas.area_code
