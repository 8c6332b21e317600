select
    claim_id,
    country as economy_code,
    series_en,
    series_zh,
    year as data_year,
    year_basis,
    cast(value as decimal(12, 4)) as claimed_ratio,
    case when value like '%.%' then length(value) - position('.' in value) else 0 end
        as claimed_decimals,
    words_in_article,
    source_in_article,
    payload_sha256
from {{ source('raw', 'article__ratios') }}
where {{ is_standing() }}
