-- What the article says in words and the data can answer: C15 the number of Japanese
-- firms, C16 that the decline starts in 2002, C18 that 2014 is the lowest year.
with claims as (
    select * from {{ ref('article_claims') }}
),

components as (
    select * from {{ ref('int_goods_balances') }}
    where
        series_id = 'jpn.components.customs_principal.ratio.a'
        and published_to is null
        and balance_ratio is not null
),

firms as (
    select
        count(*) as our_value,
        2020 as our_year,
        cast(null as date) as published_on,
        'article' as our_source
    from {{ ref('int_company_rankings') }}
    where ranking_id = 'article.2020' and country_code = 'JPN'
),

ordered as (
    select
        balance_ratio as our_value,
        period_year as our_year,
        case when is_dated then cast(published_from as date) end as published_on,
        source as our_source,
        row_number() over (order by balance_ratio desc, period_year asc)
            as from_the_top,
        row_number() over (order by balance_ratio asc, period_year asc)
            as from_the_bottom
    from components
),

found as (
    select
        'C15' as claim_id,
        *
    from firms
    union all
    select
        case from_the_top when 1 then 'C16' else 'C18' end as claim_id,
        our_value,
        our_year,
        published_on,
        our_source
    from ordered
    where from_the_top = 1 or from_the_bottom = 1
),

-- In the span the article looked at, was its lowest year the lowest?
spanned as (
    select
        period_year,
        balance_ratio = min(balance_ratio) over () as is_lowest
    from components
    where period_year between 2002 and 2021
),

judged as (
    select
        claims.*,
        found.our_value,
        found.our_year,
        found.our_source,
        found.published_on,
        case
            when found.our_value is null then 'not_reproducible'
            when claims.claim_id = 'C15' and found.our_value = claims.claimed_value
                then 'reproduced'
            when claims.claim_id <> 'C15' and found.our_year = claims.data_year
                then 'reproduced'
            when claims.claim_id = 'C18' and spanned.is_lowest then 'superseded'
            else 'differs'
        end as replication_status
    from claims
    left join found on claims.claim_id = found.claim_id
    left join spanned on claims.data_year = spanned.period_year
),

checks as (
    select
        claim_id,
        'statement' as claim_kind,
        data_year,
        subject_en,
        subject_zh,
        cast(claimed_value as double) as claimed_value,
        cast(null as double) as claimed_share_pct,
        cast(our_value as double) as our_value,
        cast(null as double) as our_share_pct,
        our_year,
        replication_status,
        case
            when claim_id = 'C15' then 'counted_in_table'
            when replication_status = 'reproduced' then 'same_year'
            when claim_id = 'C16' then 'decline_began_earlier'
            when replication_status = 'superseded' then 'lower_since'
            else 'another_year'
        end as reason_code,
        our_source,
        published_on,
        cast(null as double) as first_print_value,
        cast(null as date) as first_print_on
    from judged
)

select * from checks
