-- Summing predecessors moves revenue between companies and makes none: of the earlier
-- ranking's revenue the pro-forma ten have as much as the printed ten, or more where
-- companies listed below ten were joined with them.
with summed as (
    select
        ranking_series,
        pair_status,
        to_year,
        basis,
        sum(previous_revenue_usd_millions) as revenue
    from {{ ref('rank_deltas') }}
    group by ranking_series, pair_status, to_year, basis
)

select
    pro_forma.ranking_series,
    pro_forma.pair_status,
    pro_forma.to_year,
    pro_forma.revenue as pro_forma_revenue,
    reported.revenue as reported_revenue
from summed as pro_forma
inner join summed as reported
    on
        pro_forma.ranking_series = reported.ranking_series
        and pro_forma.pair_status = reported.pair_status
        and pro_forma.to_year = reported.to_year
        and reported.basis = 'reported'
where pro_forma.basis = 'pro_forma' and pro_forma.revenue < reported.revenue - 0.001
