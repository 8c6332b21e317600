-- Two statistics side by side; `statistic` keeps them apart.
select
    case
        when statistic = 'BoJ balance of payments' then 'balance_of_payments'
        when statistic like 'MIC survey of R&D%' then 'rd_survey'
    end as statistic,
    statistic like '%(rounded)' as is_rounded,
    fiscal_year,
    case
        when sector like 'all%' then 'all'
        when sector = 'electrical machinery' then 'electrical_machinery'
        when sector like 'electrical machinery and equipment%'
            then 'electrical_machinery_and_equipment'
        when sector like 'ICT industry%' then 'ict_industry'
    end as industry,
    case
        when sector = 'all, excluding parent-subsidiary' then 'non_affiliated'
        else 'all'
    end as affiliation,
    cast(exports_100m_yen * 100 as decimal(20, 3)) as exports_jpy_millions,
    cast(imports_100m_yen * 100 as decimal(20, 3)) as imports_jpy_millions,
    cast(ratio_printed as double) as printed_ratio,
    length(split_part(ratio_printed, '.', 2)) as printed_ratio_decimals,
    cast(ratio_computed as double) as control_ratio,
    source_url,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', fiscal_year, sector, statistic) as row_key,
    payload_sha256
from {{ source('raw', 'japan_technology_trade__points') }}
where {{ is_believed() }}
