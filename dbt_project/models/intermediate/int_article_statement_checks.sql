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
        row_number() over (order by balance_ratio desc) as from_the_top,
        row_number() over (order by balance_ratio) as from_the_bottom
    from components
),

found as (
    select 'C15' as claim_id, our_value, our_year, published_on, our_source from firms
    union all
    select 'C16' as claim_id, our_value, our_year, published_on, our_source
    from ordered
    where from_the_top = 1
    union all
    select 'C18' as claim_id, our_value, our_year, published_on, our_source
    from ordered
    where from_the_bottom = 1
),

-- In the span the article looked at, was its lowest year the lowest?
lowest_then as (
    select min(balance_ratio) as lowest_ratio
    from components
    where period_year between 2002 and 2021
),

in_year as (
    select
        claims.claim_id,
        components.balance_ratio
    from claims
    inner join components on claims.data_year = components.period_year
),

checks as (
    select
        claims.claim_id,
        'statement' as claim_kind,
        claims.data_year,
        claims.subject_en,
        claims.subject_zh,
        cast(claims.claimed_value as double) as claimed_value,
        cast(null as double) as claimed_share_pct,
        cast(found.our_value as double) as our_value,
        cast(null as double) as our_share_pct,
        found.our_year,
        case
            when found.our_value is null then 'not_reproducible'
            when
                claims.claim_id = 'C15' and found.our_value = claims.claimed_value
                then 'reproduced'
            when found.our_year = claims.data_year then 'reproduced'
            when
                claims.claim_id = 'C18' and in_year.balance_ratio = lowest_ratio
                then 'superseded'
            else 'differs'
        end as replication_status,
        case claims.claim_id
            when 'C15' then 'counted_in_table'
            when 'C16' then 'decline_began_earlier'
            else 'lower_since'
        end as reason_code,
        found.our_source,
        found.published_on,
        cast(null as double) as first_print_value,
        cast(null as date) as first_print_on
    from claims
    left join found on claims.claim_id = found.claim_id
    left join in_year on claims.claim_id = in_year.claim_id
    cross join lowest_then
)

select * from checks
