-- Japanese firms in the top ten of each year: in the article's table and in the last
-- release of the house it credits, a complete one before an excerpt.
with counted as (
    select
        ranking_series,
        publisher,
        data_year,
        ranking_id,
        release_date,
        is_complete_top_ten,
        cast(
            count(case when country_code = 'JPN' and revenue_rank <= 10 then 1 end)
            as integer
        ) as firms
    from {{ ref('int_company_rankings') }}
    where row_kind = 'company' and ranking_series in ('article', 'gartner')
    group by
        ranking_series,
        publisher,
        data_year,
        ranking_id,
        release_date,
        is_complete_top_ten
),

ordered as (
    select
        *,
        row_number() over (
            partition by ranking_series, data_year
            order by is_complete_top_ten desc, release_date desc, ranking_id asc
        ) as recency
    from counted
),

newest as (
    select
        ranking_series,
        data_year,
        publisher,
        release_date,
        is_complete_top_ten,
        firms
    from ordered
    where recency = 1
)

select * from newest
