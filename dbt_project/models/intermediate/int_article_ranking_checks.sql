-- Japanese firms in the top ten: C06 in the oldest table there is, C15 in the article's
-- own tables, with the years around the last two as the releases give them.
with claims as (
    select * from {{ ref('int_article_claims') }}
),

yearly as (
    select
        *,
        cast(data_year as string) || ' (' || cast(firms as string) || ')' as printed,
        row_number() over (partition by ranking_series order by data_year) as age,
        row_number() over (partition by ranking_series order by data_year desc)
            as recency
    from {{ ref('int_article_japanese_firms') }}
),

tables as (
    select
        min(data_year) as first_year,
        max(data_year) as last_year,
        max(case when recency > 1 then data_year end) as year_before,
        {{ joined('printed', 'data_year') }} as counts
    from yearly
    where ranking_series = 'article'
),

between_tables as (
    select
        {{ joined(
            "case when yearly.is_complete_top_ten then yearly.printed end",
            'yearly.data_year',
        ) }} as counts,
        {{ joined(
            "case when not yearly.is_complete_top_ten
            then cast(yearly.data_year as string) end",
            'yearly.data_year',
        ) }} as excerpts
    from yearly
    inner join tables
        on
            yearly.data_year > tables.year_before
            and yearly.data_year <> tables.last_year
    where yearly.ranking_series = 'gartner'
),

-- The first table's Japanese firms by the firm they ended in.
successors as (
    select
        ancestries.successor_id,
        count(*) as firms
    from {{ ref('int_company_rankings') }} as rankings
    inner join tables on rankings.data_year = tables.first_year
    inner join {{ ref('int_company_ancestries') }} as ancestries
        on rankings.company_id = ancestries.predecessor_id
    where rankings.ranking_series = 'article' and rankings.country_code = 'JPN'
    group by ancestries.successor_id
),

answers as (
    select
        'C06' as claim_id,
        firms,
        data_year as our_year,
        publisher as our_source,
        release_date as published_on,
        'counted_in_oldest_table' as reason_code,
        cast(data_year as string) as reason_values
    from yearly
    where ranking_series = 'article' and age = 1
    union all
    select
        'C15' as claim_id,
        yearly.firms,
        yearly.data_year as our_year,
        yearly.publisher as our_source,
        yearly.release_date as published_on,
        'counted_in_table' as reason_code,
        tables.counts
        || '|' || coalesce(between_tables.counts, '–')
        || '|' || coalesce(between_tables.excerpts, '–')
        || '|' || cast(
            coalesce((select max(successors.firms) from successors), 0) as string
        ) as reason_values
    from yearly
    cross join tables
    cross join between_tables
    where yearly.ranking_series = 'article' and yearly.recency = 1
),

checks as (
    select
        answers.claim_id,
        cast(answers.firms as double) as our_value,
        answers.our_year,
        case
            when answers.firms <> claims.claimed_value then 'differs'
            -- The table is of the year after those that C06 speaks of.
            when answers.claim_id = 'C06' then 'partly_supported'
            else 'reproduced'
        end as replication_status,
        answers.reason_code,
        answers.reason_values,
        answers.our_source,
        answers.published_on
    from answers
    inner join claims on answers.claim_id = claims.claim_id
)

select * from checks
