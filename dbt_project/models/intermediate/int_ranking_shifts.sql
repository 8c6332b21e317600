-- Shares and growth rates that are those of the row above or below: where three rows of
-- a ranking or more have the number of their neighbour, a column was moved by a line.
with rankings as (
    select
        ranking_id,
        company_printed,
        revenue_rank,
        share_pct,
        growth_pct,
        100
        * cast(revenue_usd_millions as double)
        / cast(market_usd_millions as double) as share_recomputed,
        case
            when prior_year_revenue_usd_millions > 0
                then
                    100 * cast(revenue_usd_millions as double)
                    / cast(prior_year_revenue_usd_millions as double) - 100
        end as growth_recomputed
    from {{ ref('int_company_rankings') }}
    where row_kind = 'company' and revenue_rank is not null
),

numbers as (
    select
        ranking_id,
        company_printed,
        revenue_rank,
        'share' as anomaly_kind,
        share_pct as printed_value,
        share_recomputed as recomputed_value
    from rankings
    union all
    select
        ranking_id,
        company_printed,
        revenue_rank,
        'growth' as anomaly_kind,
        growth_pct as printed_value,
        growth_recomputed as recomputed_value
    from rankings
),

neighbours as (
    select
        *,
        lag(recomputed_value) over (
            partition by ranking_id, anomaly_kind
            order by revenue_rank, company_printed
        ) as value_above,
        lead(recomputed_value) over (
            partition by ranking_id, anomaly_kind
            order by revenue_rank, company_printed
        ) as value_below
    from numbers
),

-- Rounding to one decimal, and of the revenues.
fits as (
    select
        *,
        abs(printed_value - recomputed_value) > 0.1 as is_wrong,
        abs(printed_value - value_above) <= 0.06 as is_of_above,
        abs(printed_value - value_below) <= 0.06 as is_of_below
    from neighbours
),

counted as (
    select
        ranking_id,
        company_printed,
        anomaly_kind,
        is_wrong and is_of_above as is_down,
        is_wrong and is_of_below as is_up,
        sum(case when is_wrong and is_of_above then 1 else 0 end) over (
            partition by ranking_id, anomaly_kind
        ) as rows_down,
        sum(case when is_wrong and is_of_below then 1 else 0 end) over (
            partition by ranking_id, anomaly_kind
        ) as rows_up
    from fits
)

select
    ranking_id,
    company_printed,
    anomaly_kind,
    case when is_down and rows_down >= 3 then 'down' else 'up' end as shifted
from counted
where is_down and rows_down >= 3 or is_up and rows_up >= 3
