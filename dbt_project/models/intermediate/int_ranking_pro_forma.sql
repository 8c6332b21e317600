-- The two tables of every comparison as if what was joined between their years had been
-- one company in the earlier year already: revenues are summed and ranked anew. A part
-- of a business that was split off stays with the company it was a part of. A firm that
-- the earlier table does not name is missing from the sum, which is then at least that.
with sides as (
    select * from {{ ref('int_ranking_sides') }}
    where revenue_usd_millions is not null
),

comparisons as (
    select distinct
        to_ranking_id,
        from_year,
        to_year
    from sides
),

ways as (
    select
        comparisons.to_ranking_id,
        comparisons.from_year,
        ancestries.predecessor_id,
        ancestries.successor_id,
        ancestries.lineage_kind,
        row_number() over (
            partition by comparisons.to_ranking_id, ancestries.predecessor_id
            order by ancestries.steps desc
        ) as longest
    from comparisons
    inner join {{ ref('int_company_ancestries') }} as ancestries
        on
            comparisons.from_year < ancestries.first_year
            and comparisons.to_year >= ancestries.last_year
    where ancestries.is_whole_business
),

-- All that was joined, and what it was joined with.
parts as (
    select
        to_ranking_id,
        from_year,
        successor_id as entity,
        predecessor_id as company_id
    from ways
    union
    select
        to_ranking_id,
        from_year,
        successor_id as entity,
        successor_id as company_id
    from ways
),

-- Of these the firms of the earlier year that its table does not name.
missing as (
    select
        parts.to_ranking_id,
        parts.entity,
        count(*) as parts_missing,
        {{ joined('companies.name_en', 'companies.name_en') }} as predecessors_missing
    from parts
    inner join {{ ref('companies') }} as companies
        on
            parts.company_id = companies.company_id
            and parts.from_year >= companies.from_year
            and parts.from_year <= coalesce(companies.to_year, 9999)
    left join sides
        on
            sides.side = 'from'
            and parts.to_ranking_id = sides.to_ranking_id
            and parts.company_id = sides.company_id
    where sides.company_id is null
    group by parts.to_ranking_id, parts.entity
),

inherited as (
    select
        sides.*,
        ways.lineage_kind,
        coalesce(ways.successor_id, sides.company_id) as entity,
        ways.successor_id is null as is_own
    from sides
    left join ways
        on
            sides.side = 'from'
            and sides.to_ranking_id = ways.to_ranking_id
            and sides.company_id = ways.predecessor_id
            and ways.longest = 1
),

preferred as (
    select
        *,
        row_number() over (
            partition by to_ranking_id, side, entity
            order by
                case when is_own then 1 else 0 end,
                revenue_rank nulls last,
                company_id
        ) as preference
    from inherited
),

summed as (
    select
        side,
        ranking_series,
        pair_status,
        to_ranking_id,
        from_year,
        to_year,
        entity,
        max(case when is_own then company_name_en end) as own_name_en,
        max(case when is_own then company_name_zh end) as own_name_zh,
        max(case when is_own then country_code end) as own_country_code,
        sum(revenue_usd_millions) as revenue_usd_millions,
        max(market_usd_millions) as market_usd_millions,
        case
            when
                count(*) > 1
                or sum(case lineage_kind when 'merge' then 1 else 0 end) > 0
                then 'merge'
            when sum(case when is_own then 0 else 1 end) > 0 then 'spin_off'
        end as inherited_kind,
        max(case when preference = 1 and not is_own then company_id end)
            as predecessor_id,
        max(case when preference = 1 and not is_own then revenue_rank end)
            as predecessor_rank
    from preferred
    group by
        side, ranking_series, pair_status, to_ranking_id, from_year, to_year, entity
),

ranked as (
    select
        summed.side,
        summed.ranking_series,
        summed.pair_status,
        summed.to_ranking_id,
        summed.from_year,
        summed.to_year,
        summed.entity,
        coalesce(summed.own_name_en, companies.name_en) as company_name_en,
        coalesce(summed.own_name_zh, companies.name_zh) as company_name_zh,
        coalesce(summed.own_country_code, companies.country_code) as country_code,
        cast(
            rank() over (
                partition by summed.to_ranking_id, summed.side
                order by summed.revenue_usd_millions desc
            ) as integer
        ) as revenue_rank,
        summed.revenue_usd_millions,
        summed.market_usd_millions,
        summed.inherited_kind,
        summed.predecessor_id,
        summed.predecessor_rank
    from summed
    left join {{ ref('companies') }} as companies
        on
            summed.entity = companies.company_id
            and summed.to_year >= companies.from_year
            and summed.to_year <= coalesce(companies.to_year, 9999)
)

select
    ranked.*,
    missing.predecessors_missing,
    coalesce(missing.parts_missing, 0) as parts_missing,
    count(case ranked.side when 'from' then 1 end) over (
        partition by ranked.to_ranking_id
    ) as earlier_places
from ranked
left join missing
    on
        ranked.to_ranking_id = missing.to_ranking_id
        and ranked.entity = missing.entity
where ranked.revenue_rank <= 10
