-- Each company of a comparison once, with its place in either table, whether an older
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
        pair_status,
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
        max(case side when 'from' then revenue_usd_millions end)
            as previous_revenue_usd_millions,
        max(
            case side
                when 'from' then 100 * revenue_usd_millions / market_usd_millions
            end
        ) as previous_share_pct,
        max(case side when 'to' then company_name_en end) as current_name_en,
        max(case side when 'to' then company_name_zh end) as current_name_zh,
        max(case side when 'to' then country_code end) as current_country_code,
        max(case side when 'to' then revenue_rank end) as current_rank,
        max(case side when 'to' then revenue_usd_millions end)
            as current_revenue_usd_millions,
        max(
            case side
                when 'to' then 100 * revenue_usd_millions / market_usd_millions
            end
        ) as current_share_pct,
        max(inherited_kind) as inherited_kind,
        max(predecessor_id) as predecessor_id,
        max(predecessor_rank) as predecessor_rank,
        max(predecessors_missing) as predecessors_missing,
        max(parts_missing) as parts_missing,
        max(earlier_places) as earlier_places
    from entries
    group by
        ranking_series, pair_status, basis, from_year, to_year, to_ranking_id, entity
),

-- The printed name stands for itself, the company for itself and its names.
first_seen as (
    select
        ranking_series,
        'reported' as kept_by,
        company_printed as entity,
        min(data_year) as first_year
    from rankings
    where is_complete_top_ten and revenue_rank <= 10
    group by ranking_series, company_printed
    union all
    select
        ranking_series,
        'company' as kept_by,
        company_id as entity,
        min(data_year) as first_year
    from rankings
    where is_complete_top_ten and revenue_rank <= 10
    group by ranking_series, company_id
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
        min(case when known_rank > 10 then known_rank end) as rank_below,
        min(known_rank) > 10 as is_below_only
    from known_ranks
    group by ranking_series, company_id, ranked_year
),

between_years as (
    select
        matches.to_ranking_id,
        matches.basis,
        matches.entity,
        max(ranked_below.ranked_year) as year_below
    from matches
    inner join ranked_below
        on
            matches.ranking_series = ranked_below.ranking_series
            and matches.company_id = ranked_below.company_id
            and matches.from_year < ranked_below.ranked_year
            and matches.to_year > ranked_below.ranked_year
    where ranked_below.is_below_only
    group by matches.to_ranking_id, matches.basis, matches.entity
),

final as (
    select
        matches.*,
        coalesce(first_seen.first_year < matches.from_year, false) as is_seen_before,
        between_years.year_below,
        coalesce(ranked_then.rank_below, ranked_between.rank_below) as rank_below
    from matches
    left join first_seen
        on
            matches.ranking_series = first_seen.ranking_series
            and case matches.basis when 'reported' then 'reported' else 'company' end
            = first_seen.kept_by
            and matches.entity = first_seen.entity
    left join ranked_below as ranked_then
        on
            matches.current_rank is null
            and matches.ranking_series = ranked_then.ranking_series
            and matches.company_id = ranked_then.company_id
            and matches.to_year = ranked_then.ranked_year
    left join between_years
        on
            matches.current_rank is not null
            and matches.previous_rank is not null
            and matches.to_ranking_id = between_years.to_ranking_id
            and matches.basis = between_years.basis
            and matches.entity = between_years.entity
    left join ranked_below as ranked_between
        on
            matches.ranking_series = ranked_between.ranking_series
            and matches.company_id = ranked_between.company_id
            and between_years.year_below = ranked_between.ranked_year
)

select * from final
