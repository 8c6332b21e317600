-- The two tables of every comparison, `from` and `to`, on both bases: on the lineage
-- basis a company is what it has become, on the reported basis it is its printed name.
with pairs as (
    select * from {{ ref('int_ranking_pairs') }}
),

rankings as (
    select * from {{ ref('int_company_rankings') }}
    where row_kind = 'company' and revenue_rank <= 10
),

sides as (
    select
        'from' as side,
        from_ranking_id as ranking_id,
        *
    from pairs
    union all
    select
        'to' as side,
        to_ranking_id as ranking_id,
        *
    from pairs
),

bases as (
    select
        'lineage' as basis,
        company_id as entity,
        *
    from rankings
    union all
    select
        'reported' as basis,
        company_printed as entity,
        *
    from rankings
),

entries as (
    select
        sides.side,
        sides.ranking_series,
        sides.to_ranking_id,
        sides.from_year,
        sides.to_year,
        bases.basis,
        bases.entity,
        bases.company_id,
        bases.company_name_en,
        bases.company_name_zh,
        bases.country_code,
        bases.revenue_rank
    from sides
    inner join bases on sides.ranking_id = bases.ranking_id
)

select * from entries
