-- Each company of a comparison once, with its rank in either table, whether an older
-- table of the series had it, and a rank below ten that is known of it.
with entries as (
    select * from {{ ref('int_ranking_entries') }}
),

rankings as (
    select * from {{ ref('int_company_rankings') }}
    where row_kind = 'company'
),

matches as (
    select
        ranking_series,
        basis,
        from_year,
        to_year,
        to_ranking_id,
        entity,
        max(company_id) as company_id,
        max(case side when 'from' then company_name_en end) as previous_name_en,
        max(case side when 'from' then company_name_zh end) as previous_name_zh,
        max(case side when 'from' then country_code end) as previous_country_code,
        max(case side when 'from' then revenue_rank end) as previous_rank,
        max(case side when 'to' then company_name_en end) as current_name_en,
        max(case side when 'to' then company_name_zh end) as current_name_zh,
        max(case side when 'to' then country_code end) as current_country_code,
        max(case side when 'to' then revenue_rank end) as current_rank
    from entries
    group by ranking_series, basis, from_year, to_year, to_ranking_id, entity
),

first_seen as (
    select
        ranking_series,
        basis,
        entity,
        min(from_year) as first_year
    from entries
    where side = 'from'
    group by ranking_series, basis, entity
),

-- The table itself may go on below ten; a later release prints the ranks of the year
-- before, also those below ten.
known_ranks as (
    select
        ranking_series,
        company_id,
        data_year as ranked_year,
        revenue_rank as known_rank
    from rankings
    union all
    select
        ranking_series,
        company_id,
        data_year - 1 as ranked_year,
        prior_year_rank as known_rank
    from rankings
),

ranked_below as (
    select
        ranking_series,
        company_id,
        ranked_year,
        min(known_rank) as rank_below
    from known_ranks
    where known_rank > 10
    group by ranking_series, company_id, ranked_year
),

final as (
    select
        matches.*,
        coalesce(first_seen.first_year < matches.from_year, false) as is_seen_before,
        ranked_below.rank_below
    from matches
    left join first_seen
        on
            matches.ranking_series = first_seen.ranking_series
            and matches.basis = first_seen.basis
            and matches.entity = first_seen.entity
    left join ranked_below
        on
            matches.ranking_series = ranked_below.ranking_series
            and matches.company_id = ranked_below.company_id
            and matches.to_year = ranked_below.ranked_year
)

select * from final
