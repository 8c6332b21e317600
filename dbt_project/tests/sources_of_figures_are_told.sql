-- Whatever gives a figure has its publisher, licence and digest in meta.sources.
with used as (
    select distinct source
    from {{ ref('balance_ratios') }}
    union
    select distinct source
    from {{ ref('technology_balances') }}
    union
    select distinct
        case ranking_series
            when 'article' then 'article'
            else 'company_revenues'
        end as source
    from {{ ref('company_rankings') }}
)

select used.source
from used
left join {{ ref('sources') }} as told on used.source = told.source
where told.source is null
