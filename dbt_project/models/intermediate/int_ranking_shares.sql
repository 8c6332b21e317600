-- Does one market total fit every printed share of a ranking? A share printed to one
-- decimal allows an interval of totals. A row is out of line when the intervals of all
-- other rows meet and its own does not meet them.
{%- set revenue, rounding = 'revenue_usd_millions', 'revenue_rounding_usd_millions' %}

with intervals as (
    select
        ranking_id,
        company_printed,
        {{ market_low(revenue, rounding, 'share_pct') }} as market_low,
        {{ market_high(revenue, rounding, 'share_pct') }} as market_high
    from {{ ref('int_company_rankings') }}
    where row_kind = 'company' and share_pct > 0.05 and revenue_usd_millions is not null
),

against_others as (
    select
        this.ranking_id,
        this.company_printed,
        this.market_low,
        this.market_high,
        count(*) as other_rows,
        coalesce(
            max(other.market_low) <= min(other.market_high)
            and (
                this.market_low > min(other.market_high)
                or this.market_high < max(other.market_low)
            ),
            false
        ) as is_out_of_line
    from intervals as this
    inner join intervals as other
        on
            this.ranking_id = other.ranking_id
            and this.company_printed <> other.company_printed
    group by
        this.ranking_id, this.company_printed, this.market_low, this.market_high
),

totals as (
    select
        ranking_id,
        max(market_low) as market_low,
        min(market_high) as market_high
    from against_others
    where not is_out_of_line
    group by ranking_id
    having max(market_low) <= min(market_high)
),

judged as (
    select
        against_others.ranking_id,
        against_others.company_printed,
        case
            when totals.ranking_id is null or against_others.other_rows < 3
                then 'not_checkable'
            when against_others.is_out_of_line then 'inconsistent_with_column'
            else 'consistent'
        end as share_state,
        (totals.market_low + totals.market_high) / 2 as market_implied_usd_millions,
        against_others.market_low as market_low_usd_millions,
        against_others.market_high as market_high_usd_millions
    from against_others
    left join totals on against_others.ranking_id = totals.ranking_id
)

select * from judged
