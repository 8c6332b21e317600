-- Japan's survey of research and development from e-Stat. The three industries that
-- were one before the classification of 2002 are also summed, and trade outside the
-- group of companies is what is left of all when affiliates are taken off.
{%- set keys = ['industry', 'affiliate_scope', 'flow_type', 'period_year'] %}

with named as (
    select
        *,
        -- Of an industry and its parts, whose names are longer, only the industry.
        row_number() over (
            partition by industry, affiliation, flow_type, fiscal_year, published_from
            order by length(industry_name), industry_code
        ) as name_order
    from {{ ref('stg_estat_rd_survey__technology_trade') }}
    where industry is not null
),

survey as (
    select * from named
    where name_order = 1
),

industries as (
    select
        industry,
        affiliation,
        flow_type,
        fiscal_year,
        value_jpy_millions,
        published_from,
        published_to,
        recorded_from
    from survey
    union all
    select
        'electrical_industries' as industry,
        affiliation,
        flow_type,
        fiscal_year,
        value_jpy_millions,
        published_from,
        published_to,
        recorded_from
    from survey
    where industry in ('electrical_machinery', 'ict_machinery', 'electronic_parts')
),

parts as (
    select
        industry,
        case affiliation when 'affiliated' then 'affiliates' else 'all' end
            as affiliate_scope,
        flow_type,
        fiscal_year as period_year,
        1 as weight,
        value_jpy_millions as value_millions,
        published_from,
        published_to,
        recorded_from
    from industries
    union all
    select
        industry,
        'non_affiliates' as affiliate_scope,
        flow_type,
        fiscal_year as period_year,
        case affiliation when 'affiliated' then -1 else 1 end as weight,
        value_jpy_millions as value_millions,
        published_from,
        published_to,
        recorded_from
    from industries
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
