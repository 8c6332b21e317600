-- The article's ratios beside our own of the same year: as first printed, as they
-- stand, and the first publication that gives the printed number.
with claims as (
    select
        claims.*,
        mapped.series_id,
        mapped.missing_reason_code
    from {{ ref('stg_article__ratios') }} as claims
    left join {{ ref('article_ratio_series') }} as mapped
        on claims.claim_id = mapped.claim_id
),

vintages as (
    select * from {{ ref('int_goods_balances') }}
    where period_kind = 'annual' and balance_ratio is not null
),

compared as (
    select
        claims.claim_id,
        vintages.balance_ratio,
        vintages.published_to,
        vintages.source,
        case when vintages.is_dated then cast(vintages.published_from as date) end
            as published_on,
        vintages.is_first_print,
        {{ rounds_to(
            'vintages.balance_ratio', 'claims.claimed_ratio', 'claims.claimed_decimals'
        ) }} as is_same
    from claims
    left join vintages
        on
            claims.series_id = vintages.series_id
            and claims.data_year = vintages.period_year
),

summed as (
    select
        claim_id,
        max(case when published_to is null then balance_ratio end) as our_ratio,
        max(case when published_to is null then source end) as our_source,
        max(case when is_same and published_to is null then 1 else 0 end) = 1
            as is_reproduced,
        min(case when is_same then published_on end) as first_same_on,
        max(case when is_first_print and not is_same then balance_ratio end)
            as first_print_ratio,
        max(case when is_first_print and not is_same then published_on end)
            as first_print_on
    from compared
    group by claim_id
),

checks as (
    select
        claims.claim_id,
        'ratio' as claim_kind,
        claims.data_year,
        claims.series_en as subject_en,
        claims.series_zh as subject_zh,
        cast(claims.claimed_ratio as double) as claimed_value,
        cast(null as double) as claimed_share_pct,
        summed.our_ratio as our_value,
        cast(null as double) as our_share_pct,
        'ratio' as value_unit,
        case when summed.our_ratio is not null then claims.data_year end as our_year,
        case
            when summed.our_ratio is null then 'not_reproducible'
            when summed.is_reproduced then 'reproduced'
            else 'differs'
        end as replication_status,
        case
            when summed.our_ratio is null then claims.missing_reason_code
            when not summed.is_reproduced then 'ratio_differs'
            when summed.first_print_ratio is not null then 'same_after_restatement'
            else 'same_after_rounding'
        end as reason_code,
        cast(null as string) as reason_values,
        summed.our_source,
        summed.first_same_on as published_on,
        summed.first_print_ratio as first_print_value,
        summed.first_print_on
    from claims
    inner join summed on claims.claim_id = summed.claim_id
)

select * from checks
