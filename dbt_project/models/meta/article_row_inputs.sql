-- The rows behind the check of the article: where the claim is printed, and the rows of
-- ours that answer it.
with claims as (
    select * from {{ ref('article_replication') }}
),

printed as (
    select * from {{ ref('article_claims') }}
),

mapped as (
    select * from {{ ref('article_ratio_series') }}
),

events as (
    select * from {{ ref('stg_article__events') }}
),

article_ratios as (
    select * from {{ ref('stg_article__ratios') }}
),

ratios as (
    select * from {{ ref('balance_ratios') }}
    where period_kind = 'annual'
),

first_prints as (
    select * from {{ ref('balance_ratio_vintages') }}
    where period_kind = 'annual' and is_first_print
),

releases as (
    select
        rankings.*,
        chosen.data_year as chosen_year
    from {{ ref('int_company_rankings') }} as rankings
    inner join {{ ref('article_table_releases') }} as chosen
        on
            rankings.publisher = chosen.publisher
            and rankings.release_date_printed = chosen.release_date
            and rankings.data_year = chosen.data_year
),

tables as (
    select
        *,
        'T' || cast(data_year as string)
        || '-' || lpad(cast(revenue_rank as string), 2, '0') as claim_id
    from {{ ref('int_company_rankings') }}
    where ranking_series = 'article'
),

-- The claims that the whole series of Japan's components answers.
series_claims as (
    select claim_id from claims
    where claim_id in ('C01', 'C16', 'C18', 'C22')
),

inputs as (
    select
        claim_id as row_key,
        'the claim as printed' as input_role,
        'raw.article__ratios' as input_table,
        claim_id as input_key
    from article_ratios
    union all
    select
        claim_id as row_key,
        'the claim as printed' as input_role,
        'raw.article__top_ten' as input_table,
        row_key as input_key
    from tables
    union all
    select
        claim_id as row_key,
        'the claim as registered' as input_role,
        'seeds.article_claims' as input_table,
        claim_id as input_key
    from printed
    union all
    select
        printed.claim_id as row_key,
        'told by the article' as input_role,
        'raw.article__events' as input_table,
        events.event_id as input_key
    from printed
    inner join events
        on ' ' || printed.told_by || ' ' like '% ' || events.event_id || ' %'
    union all
    select
        printed.claim_id as row_key,
        'told by the article' as input_role,
        'marts.article_replication' as input_table,
        article_ratios.claim_id as input_key
    from printed
    inner join article_ratios
        on ' ' || printed.told_by || ' ' like '% ' || article_ratios.claim_id || ' %'
    union all
    select
        mapped.claim_id as row_key,
        'our ratio' as input_role,
        'marts.balance_ratios' as input_table,
        ratios.series_id || '|' || ratios.period as input_key
    from mapped
    inner join article_ratios on mapped.claim_id = article_ratios.claim_id
    inner join ratios
        on
            mapped.series_id = ratios.series_id
            and article_ratios.data_year = ratios.period_year
    union all
    select
        mapped.claim_id as row_key,
        'our ratio as first printed' as input_role,
        'marts.balance_ratio_vintages' as input_table,
        first_prints.series_id || '|' || first_prints.period || '|'
        || cast(first_prints.published_from as string) as input_key
    from mapped
    inner join article_ratios on mapped.claim_id = article_ratios.claim_id
    inner join first_prints
        on
            mapped.series_id = first_prints.series_id
            and article_ratios.data_year = first_prints.period_year
    union all
    select
        tables.claim_id as row_key,
        'the press release' as input_role,
        'marts.company_rankings' as input_table,
        releases.ranking_id || '|' || releases.company_printed as input_key
    from tables
    inner join releases
        on
            tables.data_year = releases.chosen_year
            and tables.company_id = releases.company_id
    union all
    select
        claims.claim_id as row_key,
        'a firm counted' as input_role,
        'marts.company_rankings' as input_table,
        tables.ranking_id || '|' || tables.company_printed as input_key
    from claims
    inner join tables
        on claims.our_year = tables.data_year and tables.country_code = 'JPN'
    where claims.claim_id in ('C06', 'C15')
    union all
    select
        claims.claim_id as row_key,
        'a firm counted in the release' as input_role,
        'marts.company_rankings' as input_table,
        releases.ranking_id || '|' || releases.company_printed as input_key
    from claims
    inner join releases
        on claims.our_year = releases.chosen_year and releases.country_code = 'JPN'
    where claims.claim_id = 'C15' and releases.revenue_rank <= 10
    union all
    select
        series_claims.claim_id as row_key,
        'a year of the series' as input_role,
        'marts.balance_ratios' as input_table,
        ratios.series_id || '|' || ratios.period as input_key
    from series_claims
    cross join ratios
    where ratios.series_id = 'jpn.components.customs_principal.ratio.a'
    union all
    select
        'C02' as row_key,
        'the placement' as input_role,
        'marts.ratio_placements' as input_table,
        series_id as input_key
    from {{ ref('ratio_placements') }}
    where series_id = 'twn.ic.mof_press.ratio.a'
)

select * from inputs
