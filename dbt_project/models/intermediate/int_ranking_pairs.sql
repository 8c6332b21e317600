-- Which table of a series is compared with which: of each year the newest complete top
-- ten, each with the one before. Preliminary figures are compared with preliminary ones
-- alone, final ones (restated among them) with final ones.
with rankings as (
    select distinct
        ranking_id,
        ranking_series,
        data_year,
        release_date,
        case release_status when 'restated' then 'final' else release_status end
            as pair_status
    from {{ ref('int_company_rankings') }}
    where is_complete_top_ten
),

chosen as (
    select
        *,
        row_number() over (
            partition by ranking_series, pair_status, data_year
            order by release_date desc, ranking_id asc
        ) as preference
    from rankings
),

paired as (
    select
        ranking_series,
        pair_status,
        ranking_id as to_ranking_id,
        data_year as to_year,
        lag(ranking_id) over (
            partition by ranking_series, pair_status order by data_year
        ) as from_ranking_id,
        lag(data_year) over (
            partition by ranking_series, pair_status order by data_year
        ) as from_year
    from chosen
    where preference = 1
)

select * from paired
where from_year is not null
