-- From the first to the newest year a series of the customs offices has a ratio every
-- year. In world statistics reporters do miss years.
select ratios.series_id
from {{ ref('balance_ratios') }} as ratios
inner join {{ ref('definitions') }} as definitions
    on ratios.definition = definitions.definition
where
    ratios.period_kind = 'annual'
    and ratios.balance_ratio is not null
    and definitions.comparison_group = 'national_customs'
group by ratios.series_id
having count(*) <> max(ratios.period_year) - min(ratios.period_year) + 1
