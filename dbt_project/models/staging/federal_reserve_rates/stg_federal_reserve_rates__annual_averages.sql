{%- set currencies = ['EUR', 'JPY', 'KRW', 'TWD'] %}

{%- for currency in currencies %}
select
    '{{ currency }}' as currency_code,
    year as rate_year,
    cast({{ currency | lower }}_per_usd as decimal(18, 6)) as rate_per_usd,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    payload_sha256
from {{ source('raw', 'federal_reserve_rates__annual_averages') }}
where {{ is_believed() }} and {{ currency | lower }}_per_usd is not null
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
