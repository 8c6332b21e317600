-- A whole year is more than those of its months that are known, and than its running
-- year: if it is not, a running year was filed as a whole one.
with ratios as (
    select * from {{ ref('balance_ratios') }}
),

parts as (
    select
        economy_code,
        product_set,
        definition,
        period_kind,
        period_year,
        sum(months_covered) as months,
        sum(exports_millions) as exports_millions,
        sum(imports_millions) as imports_millions
    from ratios
    where period_kind <> 'annual'
    group by economy_code, product_set, definition, period_kind, period_year
)

select
    ratios.series_id,
    ratios.period,
    parts.period_kind,
    parts.months
from ratios
inner join parts
    on
        ratios.economy_code = parts.economy_code
        and ratios.product_set = parts.product_set
        and ratios.definition = parts.definition
        and ratios.period_year = parts.period_year
where
    ratios.period_kind = 'annual'
    and parts.months < 12
    and (
        ratios.exports_millions <= parts.exports_millions
        or ratios.imports_millions <= parts.imports_millions
    )
