-- Japan's survey of research and development from e-Stat: single industries, their sum
-- and what is left without affiliates, each as it stood in each published interval.
{%- set keys = ['industry', 'affiliate_scope', 'flow_type', 'period_year'] %}

with parts as (
    select * from {{ ref('int_estat_technology_parts') }}
),

{{ sums_over_time('summed', 'parts', keys) }}

select
    'JPN' as economy_code,
    'rd_survey' as definition,
    industry,
    affiliate_scope,
    'fiscal' as year_kind,
    period_year,
    'JPY' as currency_code,
    'estat_rd_survey' as source,
    flow_type,
    cast(value_millions as decimal(26, 10)) as flow_value,
    'as_published' as value_basis,
    true as is_unit_confirmed,
    published_from,
    published_to,
    recorded_from,
    true as is_dated
from summed
where
    value_millions is not null
    and parts_added = case industry when 'electrical_industries' then 3 else 1 end
    and parts_taken_off = case
        when affiliate_scope <> 'non_affiliates' then 0
        when industry = 'electrical_industries' then 3
        else 1
    end
