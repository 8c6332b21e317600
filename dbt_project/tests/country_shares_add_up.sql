-- The countries of a top ten share all of its revenue, and its ten companies; by
-- lineage companies with one heir are one firm.
select
    ranking_id,
    foundry_scope,
    country_basis,
    sum(share_of_top_ten_pct) as total_pct,
    sum(firms_in_top_ten) as firms
from {{ ref('country_shares') }}
group by ranking_id, foundry_scope, country_basis
having
    abs(sum(share_of_top_ten_pct) - 100) > 1e-9
    or country_basis = 'headquarters' and sum(firms_in_top_ten) <> 10
    or sum(firms_in_top_ten) > 10
