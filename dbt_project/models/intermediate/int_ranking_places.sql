-- The rank that revenue gives each company, in the year ranked and in the year before,
-- where the order is sure: round numbers pass each other only beyond their rounding.
with companies as (
    select
        ranking_id,
        'rank' as rank_column,
        company_printed,
        revenue_rank as printed_rank,
        revenue_usd_millions as revenue,
        revenue_rounding_usd_millions / 2.0 as half_unit
    from {{ ref('int_company_rankings') }}
    where row_kind = 'company' and revenue_rank is not null
    union all
    select
        ranking_id,
        'prior_year_rank' as rank_column,
        company_printed,
        prior_year_rank as printed_rank,
        prior_year_revenue_usd_millions as revenue,
        revenue_rounding_usd_millions / 2.0 as half_unit
    from {{ ref('int_company_rankings') }}
    where row_kind = 'company' and prior_year_rank is not null
),

-- As many companies as the last rank: none is left out.
listed as (
    select
        *,
        count(*) over (partition by ranking_id, rank_column)
        >= max(printed_rank) over (partition by ranking_id, rank_column) as is_complete
    from companies
),

ordered as (
    select
        *,
        row_number() over (
            partition by ranking_id, rank_column
            order by revenue desc, printed_rank asc, company_printed asc
        ) as place_by_revenue,
        row_number() over (
            partition by ranking_id, rank_column
            order by printed_rank asc, company_printed asc
        ) as place_by_rank
    from listed
    where revenue is not null
),

pairs as (
    select
        this.ranking_id,
        this.rank_column,
        this.company_printed,
        this.printed_rank,
        other.printed_rank as other_rank,
        other.revenue is null and other.printed_rank < this.printed_rank
            as is_unpriced_above,
        other.revenue - other.half_unit > this.revenue + this.half_unit as is_larger,
        other.revenue + other.half_unit < this.revenue - this.half_unit as is_smaller
    from ordered as this
    inner join listed as other
        on
            this.ranking_id = other.ranking_id
            and this.rank_column = other.rank_column
),

compared as (
    select
        ranking_id,
        rank_column,
        company_printed,
        sum(case when is_larger or is_unpriced_above then 1 else 0 end) as above,
        sum(case when is_larger and other_rank = printed_rank then 1 else 0 end)
            as larger_at_same_rank,
        max(
            case
                when other_rank = printed_rank and (is_larger or is_smaller) then 1
                else 0
            end
        ) as is_repeated,
        max(
            case
                when is_larger and other_rank > printed_rank then 1
                when is_smaller and other_rank < printed_rank then 1
                else 0
            end
        ) as is_out_of_order
    from pairs
    group by ranking_id, rank_column, company_printed
),

-- In a list with gaps the rank printed at the place, where that leaves room.
recomputed as (
    select
        ordered.ranking_id,
        ordered.rank_column,
        ordered.company_printed,
        ordered.printed_rank,
        cast(
            case
                when ordered.is_complete then compared.above + 1
                else
                    greatest(
                        at_place.printed_rank,
                        compared.above + 1,
                        case
                            when compared.larger_at_same_rank > 0
                                then
                                    ordered.printed_rank
                                    + compared.larger_at_same_rank
                            else 1
                        end
                    )
            end as integer
        ) as recomputed_rank,
        compared.is_repeated,
        compared.is_out_of_order
    from ordered
    inner join ordered as at_place
        on
            ordered.ranking_id = at_place.ranking_id
            and ordered.rank_column = at_place.rank_column
            and ordered.place_by_revenue = at_place.place_by_rank
    inner join compared
        on
            ordered.ranking_id = compared.ranking_id
            and ordered.rank_column = compared.rank_column
            and ordered.company_printed = compared.company_printed
),

judged as (
    select
        ranking_id,
        rank_column,
        company_printed,
        printed_rank,
        recomputed_rank,
        case
            when recomputed_rank = printed_rank then 'consistent'
            when is_repeated = 1 then 'repeated'
            when is_out_of_order = 1 then 'out_of_order'
            else 'consistent'
        end as place_state
    from recomputed
)

select * from judged
