-- Japan's statistics of technology trade from points in print and from e-Stat. A year
-- of the survey that e-Stat tells, both ways, is no longer taken from print.
{%- set columns = [
    'economy_code', 'definition', 'industry', 'affiliate_scope', 'year_kind',
    'period_year', 'currency_code', 'source', 'flow_type', 'flow_value', 'value_basis',
    'is_unit_confirmed', 'recorded_from', 'is_dated',
] %}
{%- set keys = ['definition', 'industry', 'affiliate_scope', 'period_year'] %}

with points as (
    select * from {{ ref('int_japan_technology_flows') }}
),

estat as (
    select * from {{ ref('int_estat_technology_flows') }}
),

points_held as (
    select distinct
        definition,
        industry,
        affiliate_scope,
        period_year
    from points
),

first_estat as (
    select
        definition,
        industry,
        affiliate_scope,
        period_year,
        flow_type,
        min(published_from) as first_from
    from estat
    group by definition, industry, affiliate_scope, period_year, flow_type
),

takeovers as (
    select
        first_estat.definition,
        first_estat.industry,
        first_estat.affiliate_scope,
        first_estat.period_year,
        max(first_estat.first_from) as taken_over_from
    from first_estat
    left join points_held
        on
            first_estat.definition = points_held.definition
            and first_estat.industry = points_held.industry
            and first_estat.affiliate_scope = points_held.affiliate_scope
            and first_estat.period_year = points_held.period_year
    group by
        first_estat.definition,
        first_estat.industry,
        first_estat.affiliate_scope,
        first_estat.period_year
    -- One flow of e-Stat alone does not replace a pair.
    having count(*) = 2 or count(points_held.definition) = 0
),

joined as (
    {{ taken_over('points', 'estat', keys, columns) }}
)

select * from joined
