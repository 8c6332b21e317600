-- Amounts from the press count as NT$ 100 million, which is not confirmed.
with points as (
    select
        *,
        case
            when unit = 'twd_thousand' then 0.001
            when unit = 'twd_million' then 1
            when unit = 'twd_100_million' then 100
            when unit like 'NT$ 100 million as reported in the press%' then 100
        end as twd_millions_per_unit
    from {{ source('raw', 'taiwan_factory_survey__points') }}
    where {{ is_believed() }}
)

select
    year as survey_year,
    case industry
        when 'all manufacturing' then 'all_manufacturing'
        when 'electronic parts' then 'electronic_parts'
        else industry
    end as industry,
    cast(technology_sales * twd_millions_per_unit as decimal(20, 3))
        as technology_sales_twd_millions,
    cast(technology_purchases * twd_millions_per_unit as decimal(20, 3))
        as technology_purchases_twd_millions,
    cast(ratio_printed as double) as printed_ratio,
    unit not like '%to be confirmed%' as is_unit_confirmed,
    is_second_hand,
    source_url,
    page as source_page,
    accessed_on,
    note,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', year, industry) as row_key,
    payload_sha256
from points
