-- Which table of a series is compared with which: for each year the complete top ten
-- that is final rather than preliminary and newest, then each with the one before.
with rankings as (
    select distinct
        ranking_id,
        ranking_series,
        data_year,
        release_status,
        release_date
    from {{ ref('int_company_rankings') }}
    where is_complete_top_ten
),

chosen as (
    select
        *,
        row_number() over (
            partition by ranking_series, data_year
            order by
                case release_status when 'preliminary' then 1 else 0 end asc,
                release_date desc,
                ranking_id asc
        ) as preference
    from rankings
),

paired as (
    select
        ranking_series,
        ranking_id as to_ranking_id,
        data_year as to_year,
        lag(ranking_id) over (partition by ranking_series order by data_year)
            as from_ranking_id,
        lag(data_year) over (partition by ranking_series order by data_year)
            as from_year
    from chosen
    where preference = 1
)

select * from paired
where from_year is not null
