with levels as (
    select * from {{ ref('int_typology_levels') }}
),

labels as (
    select * from {{ ref('article_typology_labels') }}
    where label_kind = 'observed'
),

labelled as (
    select
        levels.series_id,
        levels.domain,
        levels.economy_code,
        levels.subject,
        levels.definition,
        levels.affiliate_scope,
        levels.year_kind,
        levels.period,
        levels.period_year,
        levels.threshold_set,
        levels.smoothing_years,
        levels.balance_ratio,
        levels.low_cut,
        levels.high_cut,
        levels.ratio_level,
        levels.level_with_hysteresis,
        levels.is_borderline,
        levels.cell_changes_at_1_06,
        cast(
            count(*) over (
                partition by
                    levels.series_id,
                    levels.period,
                    levels.smoothing_years,
                    levels.ratio_level
            ) as integer
        ) as sets_agreeing,
        labels.level as article_level,
        labels.words_zh as article_words_zh,
        labels.words_en as article_words_en,
        labels.claim_id as article_claim_id
    from levels
    left join labels
        on
            levels.domain = labels.domain
            and levels.economy_code = labels.economy_code
            and levels.subject = labels.subject
            and coalesce(levels.affiliate_scope, 'all') = 'all'
            and levels.period_year
            between labels.first_year and coalesce(labels.last_year, 9999)
)

select * from labelled
order by series_id, period, threshold_set, smoothing_years
