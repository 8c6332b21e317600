-- Every statement of the article with the answer of whatever can give one, else with
-- what is said while nothing can.
with claims as (
    select * from {{ ref('int_article_claims') }}
),

found as (
    select * from {{ ref('int_article_event_checks') }}
    union all
    select * from {{ ref('int_article_ranking_checks') }}
    union all
    select * from {{ ref('int_article_balance_checks') }}
    union all
    select * from {{ ref('int_article_technology_checks') }}
    union all
    select * from {{ ref('int_article_trend_checks') }}
),

checks as (
    select
        claims.claim_id,
        'statement' as claim_kind,
        claims.data_year,
        claims.subject_en,
        claims.subject_zh,
        claims.claimed_value,
        cast(null as double) as claimed_share_pct,
        found.our_value,
        cast(null as double) as our_share_pct,
        claims.value_unit,
        found.our_year,
        coalesce(found.replication_status, claims.open_status) as replication_status,
        coalesce(found.reason_code, claims.open_reason_code) as reason_code,
        found.reason_values,
        found.our_source,
        found.published_on,
        cast(null as double) as first_print_value,
        cast(null as date) as first_print_on
    from claims
    left join found on claims.claim_id = found.claim_id
)

select * from checks
