-- Japan's statistics of technology trade from points in print and from e-Stat. A year
-- of the survey that e-Stat tells, both ways, is no longer taken from print.
{%- set columns = [
    'economy_code', 'definition', 'industry', 'affiliate_scope', 'year_kind',
    'period_year', 'currency_code', 'source', 'flow_type', 'flow_value', 'value_basis',
    'is_unit_confirmed', 'recorded_from', 'is_dated',
] %}

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
    select
        {% for column in columns %}
        points.{{ column }},
        {% endfor %}
        points.published_from,
        least(points.published_to, takeovers.taken_over_from) as published_to
    from points
    left join takeovers
        on
            points.definition = takeovers.definition
            and points.industry = takeovers.industry
            and points.affiliate_scope = takeovers.affiliate_scope
            and points.period_year = takeovers.period_year
    where
        takeovers.taken_over_from is null
        or points.published_from < takeovers.taken_over_from
    union all
    select
        {% for column in columns %}
        estat.{{ column }},
        {% endfor %}
        greatest(estat.published_from, takeovers.taken_over_from) as published_from,
        estat.published_to
    from estat
    inner join takeovers
        on
            estat.definition = takeovers.definition
            and estat.industry = takeovers.industry
            and estat.affiliate_scope = takeovers.affiliate_scope
            and estat.period_year = takeovers.period_year
            and (
                estat.published_to is null
                or estat.published_to > takeovers.taken_over_from
            )
)

select * from joined
