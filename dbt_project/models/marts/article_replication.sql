with checks as (
    select * from {{ ref('int_article_ratio_checks') }}
    union all
    select * from {{ ref('int_article_table_checks') }}
    union all
    select * from {{ ref('int_article_statement_checks') }}
),

-- C02, the likeness of Taiwan today, has no figure in the article. Ours stands beside.
placed as (
    select
        'C02' as claim_id,
        'taiwan_placed' as reason_code,
        printf('%.2f', balance_ratio)
        || '|' || cast(period_year as string)
        || '|' || printf('%.0f', percentile_in_reference)
        || '|' || cast(reference_first_year as string)
        || '|' || cast(reference_last_year as string)
        || '|' || coalesce(cast(last_reference_year_at_or_above as string), '–')
            as reason_values,
        balance_ratio as our_value,
        period_year as our_year,
        'taiwan_mof' as our_source
    from {{ ref('ratio_placements') }}
    where
        series_id = 'twn.ic.mof_press.ratio.a'
        and reference_series_id = 'jpn.ic.customs_principal.ratio.a'
),

answered as (
    select
        checks.claim_id,
        checks.claim_kind,
        checks.data_year,
        checks.subject_en,
        checks.subject_zh,
        checks.claimed_value,
        checks.claimed_share_pct,
        coalesce(placed.our_value, checks.our_value) as our_value,
        checks.our_share_pct,
        checks.value_unit,
        coalesce(placed.our_year, checks.our_year) as our_year,
        checks.replication_status,
        coalesce(placed.reason_code, checks.reason_code) as reason_code,
        coalesce(placed.reason_values, checks.reason_values) as reason_values,
        coalesce(placed.our_source, checks.our_source) as our_source,
        checks.published_on,
        checks.first_print_value,
        checks.first_print_on
    from checks
    left join placed on checks.claim_id = placed.claim_id
),

reasons as (
    select * from {{ ref('replication_reasons') }}
),

-- Chinese lists and brackets have marks of their own.
punctuated as (
    select
        *,
        replace(replace(replace(reason_values, ', ', '、'), ' (', '（'), ')', '）')
            as reason_values_zh
    from answered
),

explained as (
    select
        punctuated.claim_id,
        punctuated.claim_kind,
        punctuated.data_year,
        punctuated.subject_en,
        punctuated.subject_zh,
        punctuated.claimed_value,
        punctuated.claimed_share_pct,
        punctuated.our_value,
        punctuated.our_share_pct,
        punctuated.value_unit,
        punctuated.our_year,
        punctuated.replication_status,
        punctuated.reason_code,
        {{ filled('reasons.reason_en', 'punctuated.reason_values') }} as reason_en,
        {{ filled('reasons.reason_zh', 'punctuated.reason_values_zh') }} as reason_zh,
        punctuated.our_source,
        punctuated.published_on,
        punctuated.first_print_value,
        punctuated.first_print_on
    from punctuated
    left join reasons on punctuated.reason_code = reasons.reason_code
)

select * from explained
order by claim_kind, claim_id
