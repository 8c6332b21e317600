-- What the series of Japan's components says: C16 when its decline began, C18 which
-- year is the lowest, C22 since when it is as low as what the article calls low.
with claims as (
    select * from {{ ref('int_article_claims') }}
),

components as (
    select
        period_year,
        balance_ratio,
        log_ratio,
        case when is_dated then cast(published_from as date) end as published_on,
        source as our_source
    from {{ ref('int_goods_balances') }}
    where
        series_id = 'jpn.components.customs_principal.ratio.a'
        and published_to is null
        and balance_ratio is not null
),

ordered as (
    select
        *,
        row_number() over (order by balance_ratio desc, period_year asc)
            as from_the_top,
        row_number() over (order by balance_ratio asc, period_year asc)
            as from_the_bottom
    from components
),

span as (
    select
        min(data_year) as first_year,
        max(data_year) as last_year
    from {{ ref('stg_article__ratios') }}
),

-- In the span of the article's own ratios, was its lowest year the lowest?
spanned as (
    select
        components.period_year,
        components.log_ratio,
        components.balance_ratio = min(components.balance_ratio) over () as is_lowest
    from components
    inner join span
        on
            components.period_year >= span.first_year
            and components.period_year <= span.last_year
),

-- Of the decline in log points, the part before the year that the article names.
declined as (
    select
        spanned.period_year,
        100 * (highest.log_ratio - spanned.log_ratio)
        / nullif(highest.log_ratio - lowest.log_ratio, 0) as declined_pct
    from spanned
    inner join ordered as highest on highest.from_the_top = 1
    inner join ordered as lowest on lowest.from_the_bottom = 1
),

turning as (
    select
        claims.claim_id,
        claims.data_year,
        ordered.balance_ratio,
        ordered.period_year,
        spanned.is_lowest,
        declined.declined_pct,
        ordered.our_source,
        ordered.published_on
    from claims
    inner join ordered
        on
            (claims.claim_id = 'C16' and ordered.from_the_top = 1)
            or (claims.claim_id = 'C18' and ordered.from_the_bottom = 1)
    left join spanned on claims.data_year = spanned.period_year
    left join declined on claims.data_year = declined.period_year
    where claims.data_year is not null
),

-- The article still calls C16's figure, its highest of this series, low.
low_since as (
    select
        max(components.period_year) + 1 as first_low_year,
        max(claims.claimed_value) as called_low
    from components
    inner join claims
        on
            claims.claim_id = 'C16'
            and components.balance_ratio > claims.claimed_value
),

checks as (
    select
        claim_id,
        balance_ratio as our_value,
        period_year as our_year,
        case
            when period_year = data_year then 'reproduced'
            when claim_id = 'C18' and is_lowest then 'superseded'
            else 'differs'
        end as replication_status,
        case
            when period_year = data_year then 'same_year'
            when claim_id = 'C16' then 'decline_began_earlier'
            when is_lowest then 'lower_since'
            else 'another_year'
        end as reason_code,
        cast(period_year as string)
        || '|' || cast(data_year as string)
        || '|' || coalesce(printf('%.0f', declined_pct), '–') as reason_values,
        our_source,
        published_on
    from turning
    union all
    select
        'C22' as claim_id,
        components.balance_ratio as our_value,
        components.period_year as our_year,
        'partly_supported' as replication_status,
        'goods_half_low' as reason_code,
        cast(components.period_year as string)
        || '|' || printf('%.2f', low_since.called_low) as reason_values,
        components.our_source,
        components.published_on
    from low_since
    inner join components on low_since.first_low_year = components.period_year
)

select * from checks
