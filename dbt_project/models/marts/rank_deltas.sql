with matches as (
    select * from {{ ref('int_ranking_matches') }}
),

lineages as (
    select * from {{ ref('int_ranking_lineages') }}
),

-- On the pro-forma basis what was merged is in both rankings, and told by the match.
related as (
    select
        matches.*,
        lineages.relation,
        coalesce(matches.inherited_kind, lineages.lineage_kind) as lineage_kind,
        coalesce(matches.predecessor_id, lineages.related_company_id)
            as related_company_id,
        coalesce(matches.predecessor_rank, lineages.related_rank) as related_rank
    from matches
    left join lineages
        on
            matches.to_ranking_id = lineages.to_ranking_id
            and matches.entity = lineages.entity
            and (
                matches.basis in ('lineage', 'pro_forma')
                and matches.previous_rank is null
                and lineages.relation = 'predecessor'
                or matches.basis = 'lineage'
                and matches.current_rank is null
                and lineages.relation = 'successor'
            )
),

judged as (
    select
        *,
        case
            when previous_rank is not null and current_rank is not null
                then
                    case
                        when inherited_kind = 'merge' then 'MERGED_FROM'
                        when inherited_kind = 'spin_off' then 'SPLIT_FROM'
                        when year_below is not null then 'REENTRY'
                        when basis <> 'reported' and previous_name_en <> current_name_en
                            then 'RENAMED'
                        else 'STAYED'
                    end
            when current_rank is not null
                then
                    case
                        when lineage_kind = 'merge' then 'MERGED_FROM'
                        when lineage_kind = 'spin_off' then 'SPLIT_FROM'
                        -- It may have been tenth, or two firms below the ten have
                        -- been among them together.
                        when earlier_places < 10 or parts_missing > 1 then 'UNKNOWN'
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
        judged.ranking_series,
        judged.pair_status,
        judged.basis,
        judged.from_year,
        judged.to_year,
        judged.entity,
        judged.company_id,
        coalesce(judged.current_name_en, judged.previous_name_en) as company_name_en,
        coalesce(judged.current_name_zh, judged.previous_name_zh) as company_name_zh,
        coalesce(judged.current_country_code, judged.previous_country_code)
            as country_code,
        judged.previous_rank,
        judged.current_rank,
        cast(
            case
                when judged.previous_rank is not null
                    then judged.previous_rank - judged.current_rank
                when judged.rank_status = 'MERGED_FROM'
                    then judged.related_rank - judged.current_rank
            end as bigint
        ) as rank_change,
        -- The list has ten places: who left it is eleventh at best.
        cast(
            case judged.rank_status
                when 'EXIT' then judged.previous_rank - 11
                when 'OUT_OF_RANGE' then judged.previous_rank - judged.rank_below
            end as bigint
        ) as rank_change_at_most,
        judged.rank_status,
        labels.label_en as rank_status_en,
        labels.label_zh as rank_status_zh,
        judged.previous_revenue_usd_millions,
        judged.current_revenue_usd_millions,
        judged.previous_share_pct,
        judged.current_share_pct,
        case
            when judged.predecessors_missing is null
                then
                    {{ log_change(
                        'judged.current_share_pct', 'judged.previous_share_pct'
                    ) }}
        end as share_log_change,
        judged.predecessors_missing,
        case
            when judged.rank_status in ('MERGED_INTO', 'MERGED_FROM', 'SPLIT_FROM')
                then judged.related_company_id
        end as related_company_id,
        case
            when judged.rank_status in ('MERGED_INTO', 'MERGED_FROM', 'SPLIT_FROM')
                then judged.related_rank
        end as related_rank,
        case judged.rank_status
            when 'RENAMED' then 'formerly ' || judged.previous_name_en
            when 'MERGED_FROM'
                then
                    'best-placed predecessor at rank ' || judged.related_rank
                    || coalesce(
                        '; at least, without ' || judged.predecessors_missing, ''
                    )
            when 'UNKNOWN'
                then
                    case
                        when judged.parts_missing > 1
                            then
                                'the earlier table does not name '
                                || judged.predecessors_missing
                        else
                            'of the earlier ten only '
                            || judged.earlier_places || ' places are known'
                    end
            when 'SPLIT_FROM' then 'parent at rank ' || judged.related_rank
            when 'MERGED_INTO' then 'successor at rank ' || judged.related_rank
            when 'OUT_OF_RANGE' then 'ranked ' || judged.rank_below
            when 'REENTRY'
                then 'ranked ' || judged.rank_below || ' in ' || judged.year_below
        end as status_note
    from judged
    inner join {{ ref('ranking_labels') }} as labels
        on
            labels.label_kind = 'rank_status'
            and judged.rank_status = labels.code
)

select * from deltas
order by
    ranking_series, pair_status, basis, to_year, current_rank, previous_rank, entity
