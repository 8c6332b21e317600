select
    case commodity
        when 'semiconductors_etc' then 'components'
        when 'ic' then 'ic'
        when 'semiconductor_machinery_etc' then 'equipment'
    end as product_set,
    flow as flow_type,
    case area
        when 'Grand Total' then 'WLD'
        when 'Taiwan' then 'TWN'
        when 'China' then 'CHN'
    end as partner_code,
    year as trade_year,
    months_covered,
    cast(value_bn_jpy * 1000 as decimal(20, 3)) as value_jpy_millions,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    commodity || '|' || flow || '|' || area || '|' || cast(year as string) as row_key,
    payload_sha256
from {{ source('raw', 'japan_customs__edition_values') }}
where {{ is_believed() }}
