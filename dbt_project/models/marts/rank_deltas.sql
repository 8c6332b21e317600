with matches as (
    select * from {{ ref('int_ranking_matches') }}
),

lineages as (
    select * from {{ ref('int_ranking_lineages') }}
),

related as (
    select
        matches.*,
        lineages.relation,
        lineages.lineage_kind,
        lineages.related_company_id,
        lineages.related_rank
    from matches
    left join lineages
        on
            matches.basis = 'lineage'
            and matches.to_ranking_id = lineages.to_ranking_id
            and matches.entity = lineages.entity
            and (
                matches.previous_rank is null and lineages.relation = 'predecessor'
                or matches.current_rank is null and lineages.relation = 'successor'
            )
),

judged as (
    select
        *,
        case
            when previous_rank is not null and current_rank is not null
                then
                    case
                        when basis = 'lineage' and previous_name_en <> current_name_en
                            then 'RENAMED'
                        else 'STAYED'
                    end
            when current_rank is not null
                then
                    case
                        when lineage_kind = 'merge' then 'MERGED_FROM'
                        when lineage_kind = 'spin_off' then 'SPLIT_FROM'
                        when is_seen_before then 'REENTRY'
                        else 'NEW'
                    end
            when relation = 'successor' then 'MERGED_INTO'
            when rank_below is not null then 'OUT_OF_RANGE'
            else 'EXIT'
        end as rank_status
    from related
),

deltas as (
    select
        ranking_series,
        basis,
        from_year,
        to_year,
        entity,
        company_id,
        coalesce(current_name_en, previous_name_en) as company_name_en,
        coalesce(current_name_zh, previous_name_zh) as company_name_zh,
        coalesce(current_country_code, previous_country_code) as country_code,
        previous_rank,
        current_rank,
        cast(
            case rank_status
                when 'MERGED_FROM' then related_rank
                else previous_rank
            end - current_rank as bigint
        ) as rank_change,
        rank_status,
        related_company_id,
        related_rank,
        case rank_status
            when 'RENAMED' then 'formerly ' || previous_name_en
            when 'MERGED_FROM' then 'best-placed predecessor at rank ' || related_rank
            when 'SPLIT_FROM' then 'parent at rank ' || related_rank
            when 'MERGED_INTO' then 'successor at rank ' || related_rank
            when 'OUT_OF_RANGE' then 'ranked ' || rank_below
        end as status_note
    from judged
)

select * from deltas
order by ranking_series, basis, to_year, current_rank, previous_rank, entity
