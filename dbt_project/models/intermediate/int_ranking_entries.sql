-- The two tables of every comparison, `from` and `to`, on all three bases: by lineage
-- a company is what it has become, as reported it is its printed name, pro forma it has
-- in the earlier table what it was joined with later.
with sides as (
    select * from {{ ref('int_ranking_sides') }}
    where revenue_rank <= 10
),

bases as (
    select
        'lineage' as basis,
        company_id as entity,
        *
    from sides
    union all
    select
        'reported' as basis,
        company_printed as entity,
        *
    from sides
),

entries as (
    select
        side,
        ranking_series,
        pair_status,
        to_ranking_id,
        from_year,
        to_year,
        basis,
        entity,
        company_id,
        company_name_en,
        company_name_zh,
        country_code,
        revenue_rank,
        revenue_usd_millions,
        market_usd_millions,
        cast(null as string) as inherited_kind,
        cast(null as string) as predecessor_id,
        cast(null as integer) as predecessor_rank,
        cast(null as string) as predecessors_missing,
        cast(null as bigint) as parts_missing,
        cast(null as bigint) as earlier_places
    from bases
    union all
    select
        side,
        ranking_series,
        pair_status,
        to_ranking_id,
        from_year,
        to_year,
        'pro_forma' as basis,
        entity,
        entity as company_id,
        company_name_en,
        company_name_zh,
        country_code,
        revenue_rank,
        revenue_usd_millions,
        market_usd_millions,
        inherited_kind,
        predecessor_id,
        predecessor_rank,
        predecessors_missing,
        parts_missing,
        earlier_places
    from {{ ref('int_ranking_pro_forma') }}
)

select * from entries
