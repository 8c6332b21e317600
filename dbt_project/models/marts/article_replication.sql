with checks as (
    select * from {{ ref('int_article_ratio_checks') }}
    union all
    select * from {{ ref('int_article_table_checks') }}
    union all
    select * from {{ ref('int_article_statement_checks') }}
),

reasons as (
    select * from {{ ref('replication_reasons') }}
),

explained as (
    select
        checks.claim_id,
        checks.claim_kind,
        checks.data_year,
        checks.subject_en,
        checks.subject_zh,
        checks.claimed_value,
        checks.claimed_share_pct,
        checks.our_value,
        checks.our_share_pct,
        checks.our_year,
        checks.replication_status,
        checks.reason_code,
        reasons.reason_en,
        reasons.reason_zh,
        checks.our_source,
        checks.published_on,
        checks.first_print_value,
        checks.first_print_on
    from checks
    left join reasons on checks.reason_code = reasons.reason_code
)

select * from explained
order by claim_kind, claim_id
