-- Japanese firms in the top ten: C06 in the oldest table there is, C15 in the release
-- of the article's last year, with what its own tables and other releases count. Its
-- own tables alone cannot reproduce what the article says of them.
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

-- The same years in complete releases, counted independently of the article.
releases as (
    select
        yearly.data_year,
        yearly.printed,
        yearly.firms,
        yearly.publisher,
        yearly.release_date
    from yearly
    inner join yearly as own
        on yearly.data_year = own.data_year and own.ranking_series = 'article'
    where yearly.ranking_series = 'gartner' and yearly.is_complete_top_ten
),

same_years as (
    select {{ joined('printed', 'data_year') }} as counts
    from releases
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
        firms as own_firms,
        false as is_independent,
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
        coalesce(releases.firms, yearly.firms) as firms,
        yearly.firms as own_firms,
        releases.firms is not null as is_independent,
        yearly.data_year as our_year,
        coalesce(releases.publisher, yearly.publisher) as our_source,
        coalesce(releases.release_date, yearly.release_date) as published_on,
        'counted_in_table' as reason_code,
        tables.counts
        || '|' || coalesce(same_years.counts, '–')
        || '|' || coalesce(between_tables.counts, '–')
        || '|' || coalesce(between_tables.excerpts, '–')
        || '|' || cast(
            coalesce((select max(successors.firms) from successors), 0) as string
        ) as reason_values
    from yearly
    left join releases on yearly.data_year = releases.data_year
    cross join tables
    cross join same_years
    cross join between_tables
    where yearly.ranking_series = 'article' and yearly.recency = 1
),

checks as (
    select
        answers.claim_id,
        cast(answers.firms as double) as our_value,
        answers.our_year,
        case
            when
                answers.firms <> claims.claimed_value
                or answers.own_firms <> claims.claimed_value
                then 'differs'
            when answers.is_independent then 'reproduced'
            -- The table is of the year after those that C06 speaks of.
            else 'partly_supported'
        end as replication_status,
        case
            when
                answers.claim_id = 'C15'
                and (
                    answers.firms <> claims.claimed_value
                    or answers.own_firms <> claims.claimed_value
                )
                then 'counts_differ'
            else answers.reason_code
        end as reason_code,
        answers.reason_values,
        answers.our_source,
        answers.published_on
    from answers
    inner join claims on answers.claim_id = claims.claim_id
)

select * from checks
