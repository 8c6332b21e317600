-- Every printed number of a ranking that its other numbers contradict by more than
-- rounding. What operators have corrected is listed all the same: it was printed so.
with rankings as (
    select
        ranking_id,
        row_kind,
        company_printed,
        cast(revenue_usd_millions as double) as revenue,
        cast(prior_year_revenue_usd_millions as double) as prior_revenue,
        cast(revenue_rounding_usd_millions as double) / 2 as half_unit,
        share_pct,
        growth_pct,
        -- Prose, known by revenue in round numbers, rounds growth to whole per cent.
        case when revenue_rounding_usd_millions > 1 then 0.5 else 0.05 end
            as growth_half_unit
    from {{ ref('int_company_rankings') }}
    where revenue_usd_millions is not null
),

markets as (
    select
        ranking_id,
        company_printed,
        revenue as market,
        half_unit as market_half_unit
    from rankings
    where row_kind = 'total' and revenue > 0
),

-- Rows whose implied markets do not meet; one that all others outvote is told alone.
meetings as (
    select
        this.ranking_id,
        this.company_printed,
        this.share_state,
        coalesce(
            this.market_implied_usd_millions,
            avg((other.market_low_usd_millions + other.market_high_usd_millions) / 2)
        ) as market,
        max(other.market_low_usd_millions) > this.market_high_usd_millions
        or min(other.market_high_usd_millions) < this.market_low_usd_millions
            as is_apart
    from {{ ref('int_ranking_shares') }} as this
    inner join {{ ref('int_ranking_shares') }} as other
        on
            this.ranking_id = other.ranking_id
            and this.company_printed <> other.company_printed
    group by
        this.ranking_id,
        this.company_printed,
        this.share_state,
        this.market_implied_usd_millions,
        this.market_low_usd_millions,
        this.market_high_usd_millions
),

outvoted as (
    select distinct ranking_id from meetings
    where share_state = 'inconsistent_with_column'
),

implied as (
    select
        meetings.ranking_id,
        meetings.company_printed,
        'implied_market' as anomaly_kind,
        rankings.share_pct as printed_value,
        100 * rankings.revenue / meetings.market as recomputed_value
    from meetings
    inner join rankings
        on
            meetings.ranking_id = rankings.ranking_id
            and meetings.company_printed = rankings.company_printed
    left join outvoted on meetings.ranking_id = outvoted.ranking_id
    where
        meetings.is_apart
        and (
            outvoted.ranking_id is null
            or meetings.share_state = 'inconsistent_with_column'
        )
),

of_market as (
    select
        rankings.ranking_id,
        rankings.company_printed,
        'share' as anomaly_kind,
        rankings.share_pct as printed_value,
        100 * rankings.revenue / markets.market as recomputed_value
    from rankings
    inner join markets on rankings.ranking_id = markets.ranking_id
    where
        rankings.row_kind <> 'total'
        and (
            (rankings.share_pct + 0.05) / 100
            * (markets.market + markets.market_half_unit)
            < rankings.revenue - rankings.half_unit
            or (rankings.share_pct - 0.05) / 100
            * (markets.market - markets.market_half_unit)
            > rankings.revenue + rankings.half_unit
        )
),

grown as (
    select
        ranking_id,
        company_printed,
        'growth' as anomaly_kind,
        growth_pct as printed_value,
        100 * (revenue / prior_revenue - 1) as recomputed_value
    from rankings
    where
        prior_revenue > half_unit
        and (
            100 * ((revenue + half_unit) / (prior_revenue - half_unit) - 1)
            < growth_pct - growth_half_unit
            or 100 * ((revenue - half_unit) / (prior_revenue + half_unit) - 1)
            > growth_pct + growth_half_unit
        )
),

-- Only where the others are printed do the rows claim to be the whole market.
parts as (
    select
        ranking_id,
        sum(revenue) as revenue,
        sum(half_unit) as half_unit
    from rankings
    where row_kind <> 'total'
    group by ranking_id
    having max(case row_kind when 'others' then 1 else 0 end) = 1
),

summed as (
    select
        markets.ranking_id,
        markets.company_printed,
        'market_sum' as anomaly_kind,
        markets.market as printed_value,
        parts.revenue as recomputed_value
    from markets
    inner join parts on markets.ranking_id = parts.ranking_id
    where
        abs(markets.market - parts.revenue)
        > markets.market_half_unit + parts.half_unit
),

placed as (
    select
        ranking_id,
        company_printed,
        case place_state
            when 'repeated' then 'repeated_' || rank_column
            else rank_column || '_order'
        end as anomaly_kind,
        cast(printed_rank as double) as printed_value,
        cast(recomputed_rank as double) as recomputed_value
    from {{ ref('int_ranking_places') }}
    where place_state <> 'consistent'
),

found as (
    select * from implied
    union all
    select * from of_market
    union all
    select * from grown
    union all
    select * from summed
    union all
    select * from placed
),

anomalies as (
    select
        found.ranking_id,
        described.ranking_series,
        described.release_status,
        described.data_year,
        found.company_printed,
        found.anomaly_kind,
        found.printed_value,
        found.recomputed_value,
        described.note
    from found
    inner join {{ ref('int_company_rankings') }} as described
        on
            found.ranking_id = described.ranking_id
            and found.company_printed = described.company_printed
)

select * from anomalies
