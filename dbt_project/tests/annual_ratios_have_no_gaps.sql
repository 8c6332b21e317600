-- From the first to the newest year a series has a ratio every year.
select series_id
from {{ ref('balance_ratios') }}
where period_kind = 'annual' and balance_ratio is not null
group by series_id
having count(*) <> max(period_year) - min(period_year) + 1
