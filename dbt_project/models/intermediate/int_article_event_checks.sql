-- Statements told as events beside what a second source says of the same events. It
-- names a year or a quarter ('1992', '1992Q4', the start of '1986-09-02') and sometimes
-- a share ('52%'). A statement is missing here when no second source speaks of it.
with told as (
    select
        claims.claim_id,
        events.event_id,
        events.event_year,
        events.date_precision,
        events.article_value,
        nullif(regexp_extract(events.cross_check, '[12][0-9]{3}(Q[1-4])?', 0), '')
            as other_period,
        cast(
            nullif(regexp_extract(events.cross_check, '([0-9.]+)%', 1), '') as double
        ) as other_pct
    from {{ ref('int_article_claims') }} as claims
    inner join {{ ref('stg_article__events') }} as events
        on ' ' || claims.told_by || ' ' like '% ' || events.event_id || ' %'
),

compared as (
    select
        *,
        cast(substr(other_period, 1, 4) as integer) as other_year,
        case
            when other_period is null then 'silent'
            when cast(substr(other_period, 1, 4) as integer) <> event_year
                then 'second_source_another_year'
            -- A level of one quarter is not yet one of the year.
            when date_precision = 'year' and other_period like '%Q%'
                then 'second_source_one_quarter'
            when other_pct <> article_value then 'second_source_another_figure'
            else 'agrees'
        end as outcome
    from told
),

summed as (
    select
        claim_id,
        count(*) as events,
        count(case when outcome = 'agrees' then 1 end) as agreeing,
        max(case when outcome not in ('agrees', 'silent') then outcome end)
            as objection,
        max(case when outcome <> 'silent' then other_year end) as other_year,
        max(case when outcome <> 'silent' then other_period end) as other_period,
        max(case when outcome = 'second_source_another_figure' then other_pct end)
            as other_pct,
        max(case when outcome <> 'silent' then event_id end) as event_id
    from compared
    group by claim_id
),

checks as (
    select
        claim_id,
        other_pct as our_value,
        other_year as our_year,
        case
            when objection is not null then 'disputed'
            when agreeing = events then 'corroborated'
            else 'partly_supported'
        end as replication_status,
        case
            when objection is not null then objection
            when agreeing = events then 'second_source_agrees'
            else 'second_source_of_a_part'
        end as reason_code,
        coalesce(printf('%g', other_pct), other_period)
        || '|' || event_id as reason_values,
        'second_hand' as our_source,
        cast(null as date) as published_on
    from summed
    where objection is not null or agreeing > 0
)

select * from checks
