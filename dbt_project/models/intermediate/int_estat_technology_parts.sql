-- What is added up, and what is taken off, for every figure of Japan's survey of
-- research and development from e-Stat. The three industries that were one before the
-- classification of 2002 are also summed, and trade outside the group of companies is
-- what is left of all when affiliates are taken off.
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
        recorded_from,
        row_key
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
        recorded_from,
        row_key
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
        recorded_from,
        row_key
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
        recorded_from,
        row_key
    from industries
)

select * from parts
