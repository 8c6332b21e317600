-- The article's tables have the ranks 1 to 10 once each, revenue never rising.
with ranked as (
    select
        ranking_id,
        revenue_rank,
        revenue_usd_millions,
        row_number() over (partition by ranking_id order by revenue_rank)
            as expected_rank,
        count(*) over (partition by ranking_id) as rows_in_table,
        lag(revenue_usd_millions) over (partition by ranking_id order by revenue_rank)
            as revenue_above
    from {{ ref('company_rankings') }}
    where ranking_series = 'article'
)

select * from ranked
where
    revenue_rank <> expected_rank
    or rows_in_table <> 10
    or revenue_usd_millions > revenue_above
