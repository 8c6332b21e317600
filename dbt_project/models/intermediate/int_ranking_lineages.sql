-- Per comparison, the best-placed predecessor of a company in the later table and the
-- successor by merger of one in the earlier table, where every step between the two
-- was taken between the two years.
with earlier as (
    select * from {{ ref('int_ranking_entries') }}
    where basis = 'lineage' and side = 'from'
),

later as (
    select * from {{ ref('int_ranking_entries') }}
    where basis = 'lineage' and side = 'to'
),

related as (
    select
        later.to_ranking_id,
        earlier.entity as predecessor_id,
        earlier.revenue_rank as predecessor_rank,
        later.entity as successor_id,
        later.revenue_rank as successor_rank,
        lineage.lineage_kind
    from later
    inner join {{ ref('int_company_ancestries') }} as lineage
        on
            later.entity = lineage.successor_id
            and later.from_year < lineage.first_year
            and later.to_year >= lineage.last_year
    inner join earlier
        on
            later.to_ranking_id = earlier.to_ranking_id
            and lineage.predecessor_id = earlier.entity
),

ordered as (
    select
        to_ranking_id,
        successor_id as entity,
        lineage_kind,
        predecessor_id as related_company_id,
        predecessor_rank as related_rank,
        'predecessor' as relation,
        row_number() over (
            partition by to_ranking_id, successor_id
            order by
                case lineage_kind when 'merge' then 0 else 1 end,
                predecessor_rank,
                predecessor_id
        ) as preference
    from related
    union all
    select
        to_ranking_id,
        predecessor_id as entity,
        lineage_kind,
        successor_id as related_company_id,
        successor_rank as related_rank,
        'successor' as relation,
        row_number() over (
            partition by to_ranking_id, predecessor_id
            order by successor_rank, successor_id
        ) as preference
    from related
    where lineage_kind = 'merge'
),

lineages as (
    select
        to_ranking_id,
        entity,
        relation,
        lineage_kind,
        related_company_id,
        related_rank
    from ordered
    where preference = 1
)

select * from lineages
