-- What the series of Japan's components says: C16 when its decline began, C18 which
-- year is the lowest, C22 in which years after the agreement it is as low as what the
-- article calls low.
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
after_the_agreement as (
    select
        components.*,
        agreement.data_year as agreement_year,
        decline.claimed_value as called_low,
        components.balance_ratio > decline.claimed_value as is_above,
        max(
            case
                when components.balance_ratio > decline.claimed_value
                    then components.period_year
            end
        ) over () as last_year_above
    from components
    inner join claims as agreement
        on
            agreement.claim_id = 'C22'
            and components.period_year > agreement.data_year
    inner join claims as decline on decline.claim_id = 'C16'
),

turned as (
    select
        max(agreement_year) as agreement_year,
        max(called_low) as called_low,
        max(period_year) as newest_year,
        min(
            case
                when last_year_above is null or period_year > last_year_above
                    then period_year
            end
        ) as low_since_year,
        {{ joined(
            "case when is_above then cast(period_year as string) end", 'period_year'
        ) }} as years_above,
        2 * count(case when is_above then 1 end) < count(*) as is_mostly_low
    from after_the_agreement
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
        case
            when turned.low_since_year is null or not turned.is_mostly_low
                then 'differs'
            -- The other half, on technology, is not checked.
            else 'partly_supported'
        end as replication_status,
        case
            when turned.low_since_year is null then 'goods_half_high'
            when turned.years_above is null then 'goods_half_low'
            else 'goods_half_low_later'
        end as reason_code,
        printf('%.2f', turned.called_low)
        || '|' || cast(turned.agreement_year as string)
        || '|' || cast(components.period_year as string)
        || '|' || coalesce(turned.years_above, '–') as reason_values,
        components.our_source,
        components.published_on
    from turned
    inner join components
        on coalesce(turned.low_since_year, turned.newest_year) = components.period_year
)

select * from checks
