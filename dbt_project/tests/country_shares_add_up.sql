-- The countries of a top ten share all of its revenue, and its ten companies.
select
    ranking_id,
    sum(share_of_top_ten_pct) as total_pct,
    sum(firms_in_top_ten) as firms
from {{ ref('country_shares') }}
group by ranking_id
having abs(sum(share_of_top_ten_pct) - 100) > 1e-9 or sum(firms_in_top_ten) <> 10
