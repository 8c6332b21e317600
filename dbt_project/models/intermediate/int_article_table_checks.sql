-- The article's forty table rows beside the press release each column was taken from.
with rows_printed as (
    select * from {{ ref('int_company_rankings') }}
    where ranking_series = 'article'
),

chosen as (
    select * from {{ ref('article_table_releases') }}
),

released as (
    select rankings.*
    from {{ ref('int_company_rankings') }} as rankings
    inner join chosen
        on
            rankings.publisher = chosen.publisher
            and rankings.release_date_printed = chosen.release_date
            and rankings.data_year = chosen.data_year
    where rankings.row_kind = 'company'
),

-- A revenue read from prose is compared at the precision of the prose.
compared as (
    select
        rows_printed.*,
        chosen.publisher as chosen_publisher,
        released.revenue_usd_millions is not null as is_in_release,
        released.revenue_usd_millions as released_revenue,
        released.share_pct as released_share,
        released.release_date as released_on,
        released.publisher as released_by,
        abs(rows_printed.revenue_usd_millions - released.revenue_usd_millions)
        <= released.revenue_rounding_usd_millions / 2.0 as is_same_revenue,
        coalesce(rows_printed.share_pct = released.share_pct, true) as is_same_share
    from rows_printed
    left join chosen on rows_printed.data_year = chosen.data_year
    left join released
        on
            rows_printed.data_year = released.data_year
            and rows_printed.company_id = released.company_id
),

checks as (
    select
        'T' || cast(data_year as string)
        || '-' || lpad(cast(revenue_rank as string), 2, '0') as claim_id,
        'table_row' as claim_kind,
        data_year,
        company_name_en as subject_en,
        company_printed as subject_zh,
        cast(revenue_usd_millions as double) as claimed_value,
        share_pct as claimed_share_pct,
        cast(released_revenue as double) as our_value,
        released_share as our_share_pct,
        'usd_millions' as value_unit,
        case when is_in_release then data_year end as our_year,
        case
            when not is_in_release then 'not_reproducible'
            when is_same_revenue and is_same_share then 'reproduced'
            else 'differs'
        end as replication_status,
        case
            when chosen_publisher is null then 'no_release_embedded'
            when not is_in_release then 'release_is_an_excerpt'
            when not is_same_revenue then 'revenue_differs'
            when not is_same_share then 'share_differs'
            else 'same_as_release'
        end as reason_code,
        cast(null as string) as reason_values,
        released_by as our_source,
        released_on as published_on,
        cast(null as double) as first_print_value,
        cast(null as date) as first_print_on
    from compared
)

select * from checks
