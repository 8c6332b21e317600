-- Single fiscal years of Japan's two statistics. Amounts in round numbers count only
-- where nothing better is printed of the year.
{%- set columns = [
    ('receipt', 'exports_jpy_millions'), ('payment', 'imports_jpy_millions'),
    ('printed_ratio', 'printed_ratio'),
] %}

with points as (
    select
        *,
        max(case when is_rounded then 0 else 1 end) over (
            partition by statistic, fiscal_year, industry, affiliation
        ) as has_exact
    from {{ ref('stg_japan_technology_trade__points') }}
),

flows as (
    {% for flow_type, column in columns %}
    select
        statistic,
        industry,
        affiliation,
        fiscal_year,
        is_rounded,
        '{{ flow_type }}' as flow_type,
        cast({{ column }} as decimal(26, 10)) as flow_value,
        published_from,
        published_to,
        recorded_from,
        row_key
    from points
    where {{ column }} is not null and (not is_rounded or has_exact = 0)
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    'JPN' as economy_code,
    case statistic
        when 'rd_survey' then 'rd_survey'
        when 'balance_of_payments' then 'boj_bop'
    end as definition,
    industry,
    case affiliation
        when 'all' then 'all'
        when 'non_affiliated' then 'non_affiliates'
    end as affiliate_scope,
    'fiscal' as year_kind,
    fiscal_year as period_year,
    'JPY' as currency_code,
    'japan_technology_trade' as source,
    flow_type,
    flow_value,
    case when is_rounded then 'rounded' else 'as_published' end as value_basis,
    true as is_unit_confirmed,
    published_from,
    published_to,
    recorded_from,
    false as is_dated,
    row_key
from flows
