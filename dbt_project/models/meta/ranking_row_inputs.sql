-- The rows behind rankings, counts of firms and changes of rank: of a ranking the raw
-- row and what an operator says of it, of the others the rankings' rows.
with rankings as (
    select
        *,
        ranking_id || '|' || company_printed as ranking_key
    from {{ ref('int_company_rankings') }}
),

companies as (
    select * from rankings
    where row_kind = 'company'
),

overrides as (
    select * from {{ ref('stg_operator__overrides') }}
),

corrected as (
    select 'revenue_usd_millions_corrected' as column_name
    union all
    select 'share_pct_corrected' as column_name
),

top_ten as (
    select * from companies
    where is_complete_top_ten and revenue_rank <= 10
),

counted as (
    select
        ranking_id,
        concat_ws(
            '|', ranking_id, foundry_scope, country_basis, country_code
        ) as row_key
    from {{ ref('country_shares') }}
),

deltas as (
    select
        deltas.*,
        pairs.from_ranking_id,
        pairs.to_ranking_id,
        concat_ws(
            '|', deltas.ranking_series, deltas.pair_status, deltas.basis,
            deltas.from_year, deltas.to_year, deltas.entity
        ) as row_key
    from {{ ref('rank_deltas') }} as deltas
    inner join {{ ref('int_ranking_pairs') }} as pairs
        on
            deltas.ranking_series = pairs.ranking_series
            and deltas.pair_status = pairs.pair_status
            and deltas.from_year = pairs.from_year
            and deltas.to_year = pairs.to_year
),

-- Pro forma a company has the revenues of those that it was joined with later.
joined as (
    select distinct
        deltas.row_key,
        companies.ranking_key
    from deltas
    inner join {{ ref('int_company_ancestries') }} as ancestries
        on
            deltas.entity = ancestries.successor_id
            and deltas.from_year < ancestries.first_year
            and deltas.to_year >= ancestries.last_year
            and ancestries.is_whole_business
    inner join companies
        on
            deltas.from_ranking_id = companies.ranking_id
            and ancestries.predecessor_id = companies.company_id
    where
        deltas.basis = 'pro_forma'
        and companies.company_id <> deltas.entity
        and companies.company_id is distinct from deltas.related_company_id
),

inputs as (
    select
        'company_rankings' as mart,
        ranking_key as row_key,
        cast(null as string) as column_name,
        'the row as printed' as input_role,
        'raw.' || raw_table as input_table,
        row_key as input_key
    from companies
    union all
    select
        'company_rankings' as mart,
        companies.ranking_key as row_key,
        'share_pct_implied' as column_name,
        'the market as printed' as input_role,
        'raw.' || totals.raw_table as input_table,
        totals.row_key as input_key
    from companies
    inner join rankings as totals
        on companies.ranking_id = totals.ranking_id and totals.row_kind = 'total'
    union all
    select
        'company_rankings' as mart,
        companies.ranking_key as row_key,
        corrected.column_name,
        'what an operator says' as input_role,
        'raw.overrides' as input_table,
        concat_ws(
            '|', overrides.table_name, overrides.row_key, overrides.column_name
        ) as input_key
    from companies
    inner join overrides
        on
            companies.raw_table = overrides.table_name
            and companies.row_key = overrides.row_key
    cross join corrected
    union all
    select
        'country_shares' as mart,
        counted.row_key,
        cast(null as string) as column_name,
        'one of the ten' as input_role,
        'marts.company_rankings' as input_table,
        top_ten.ranking_key as input_key
    from counted
    inner join top_ten on counted.ranking_id = top_ten.ranking_id
    union all
    select
        'rank_deltas' as mart,
        deltas.row_key,
        cast(null as string) as column_name,
        case
            when companies.ranking_id = deltas.to_ranking_id then 'the later rank'
            else 'the earlier rank'
        end as input_role,
        'marts.company_rankings' as input_table,
        companies.ranking_key as input_key
    from deltas
    inner join companies
        on
            companies.ranking_id in (deltas.from_ranking_id, deltas.to_ranking_id)
            and companies.revenue_rank <= 10
            and case deltas.basis
                when 'reported' then deltas.entity = companies.company_printed
                else
                    companies.company_id
                    in (deltas.entity, deltas.related_company_id)
            end
    union all
    select
        'rank_deltas' as mart,
        row_key,
        cast(null as string) as column_name,
        'joined later' as input_role,
        'marts.company_rankings' as input_table,
        ranking_key as input_key
    from joined
)

select * from inputs
