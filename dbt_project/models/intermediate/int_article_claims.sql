-- The article's statements with the year and the figure of what tells them first.
with claims as (
    select
        *,
        split_part(told_by, ' ', 1) as first_told_by
    from {{ ref('article_claims') }}
),

events as (
    select * from {{ ref('stg_article__events') }}
),

ratios as (
    select * from {{ ref('stg_article__ratios') }}
),

told as (
    select
        claims.claim_id,
        claims.told_by,
        coalesce(claims.data_year, events.event_year, ratios.data_year) as data_year,
        coalesce(
            claims.claimed_value,
            events.article_value,
            cast(ratios.claimed_ratio as double)
        ) as claimed_value,
        claims.value_unit,
        claims.subject_en,
        claims.subject_zh,
        claims.open_status,
        claims.open_reason_code
    from claims
    left join events on claims.first_told_by = events.event_id
    left join ratios on claims.first_told_by = ratios.claim_id
)

select * from told
