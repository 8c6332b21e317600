-- A mirror row is what a reporter trades with Taiwan: Taiwan's trade, seen from there.
-- A bilateral row is what Taiwan reports of its trade with Japan.
with reporters as (
    select
        *,
        case reporter_code
            when 40 then 'AUT'
            when 56 then 'BEL'
            when 58 then 'BEL'
            when 124 then 'CAN'
            when 156 then 'CHN'
            when 188 then 'CRI'
            when 203 then 'CZE'
            when 251 then 'FRA'
            when 276 then 'DEU'
            when 280 then 'DEU'
            when 344 then 'HKG'
            when 348 then 'HUN'
            when 372 then 'IRL'
            when 376 then 'ISR'
            when 381 then 'ITA'
            when 392 then 'JPN'
            when 410 then 'KOR'
            when 458 then 'MYS'
            when 470 then 'MLT'
            when 484 then 'MEX'
            when 490 then 'TWN'
            when 528 then 'NLD'
            when 608 then 'PHL'
            when 620 then 'PRT'
            when 699 then 'IND'
            when 702 then 'SGP'
            when 704 then 'VNM'
            when 724 then 'ESP'
            when 752 then 'SWE'
            when 757 then 'CHE'
            when 764 then 'THA'
            when 826 then 'GBR'
            when 841 then 'USA'
            when 842 then 'USA'
        end as reporter_economy_code
    from {{ source('raw', 'un_comtrade__goods_values') }}
    where {{ is_believed() }}
)

select
    method as trade_method,
    reporter_code,
    reporter_economy_code,
    reporter_code in (58, 280, 841) as is_former_territory,
    case method when 'mirror' then 'TWN' else reporter_economy_code end
        as economy_code,
    case
        when (flow_code = 'X') = (method <> 'mirror') then 'export'
        else 'import'
    end as flow_type,
    case classification_search_code when 'HS' then 'hs' when 'S2' then 'sitc2' end
        as classification,
    classification_code as classification_edition,
    cmd_code as product_code,
    case
        when length(cmd_code) = 6 then left(cmd_code, 4)
        when cmd_code = '7764' then '776'
    end as part_of_product_code,
    year as period_year,
    cast(primary_value_usd / 1000000 as decimal(26, 9)) as value_usd_millions,
    lower(valuation) as valuation,
    cast(cif_value_usd / 1000000 as decimal(26, 9)) as cif_value_usd_millions,
    cast(fob_value_usd / 1000000 as decimal(26, 9)) as fob_value_usd_millions,
    is_original_classification,
    is_reported,
    is_aggregate,
    legacy_estimation_flag,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    concat_ws(
        '|',
        method,
        reporter_code,
        partner_code,
        flow_code,
        classification_search_code,
        cmd_code,
        year
    ) as row_key,
    payload_sha256
from reporters
