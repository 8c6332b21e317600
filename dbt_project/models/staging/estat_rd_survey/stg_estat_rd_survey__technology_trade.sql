select
    case flow when 'receipts' then 'receipt' when 'payments' then 'payment' end
        as flow_type,
    case affiliation when 'affiliates' then 'affiliated' else affiliation end
        as affiliation,
    industry_code,
    industry as industry_name,
    case
        when industry like '%全産業%' then 'all'
        when industry like '%電子部品・デバイス%' then 'electronic_parts'
        when industry like '%情報通信機械%' then 'ict_machinery'
        when industry like '%電気機械器具%' then 'electrical_machinery'
    end as industry,
    fiscal_year,
    cast(value_million_yen as decimal(20, 3)) as value_jpy_millions,
    missing_reason,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws('|', flow, affiliation, industry_code, fiscal_year) as row_key,
    payload_sha256
from {{ source('raw', 'estat_rd_survey__technology_trade') }}
where {{ is_believed() }}
