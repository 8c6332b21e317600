-- Only the pairs that are registered, and fiscal years beside calendar years only where
-- a pair says so.
with pairs as (
    select * from {{ ref('typology_pairs') }}
),

goods as (
    select * from {{ ref('typology_cells') }}
    where domain = 'goods'
),

technology as (
    select * from {{ ref('typology_cells') }}
    where domain = 'technology' and affiliate_scope = 'all'
),

paired as (
    select
        pairs.pair_id,
        pairs.economy_code,
        goods.period_year,
        goods.threshold_set,
        goods.smoothing_years,
        goods.series_id as goods_series_id,
        goods.period as goods_period,
        technology.series_id as technology_series_id,
        technology.period as technology_period,
        pairs.is_points_only,
        goods.balance_ratio as goods_ratio,
        technology.balance_ratio as technology_ratio,
        goods.ratio_level as goods_level,
        technology.ratio_level as technology_level,
        goods.level_with_hysteresis as goods_level_with_hysteresis,
        technology.level_with_hysteresis as technology_level_with_hysteresis,
        goods.is_borderline or technology.is_borderline as is_borderline,
        goods.cell_changes_at_1_06,
        goods.article_level as goods_article_level,
        technology.article_level as technology_article_level
    from pairs
    inner join goods
        on
            pairs.economy_code = goods.economy_code
            and pairs.goods_product_set = goods.subject
            and pairs.goods_definition = goods.definition
    inner join technology
        on
            pairs.economy_code = technology.economy_code
            and pairs.technology_industry = technology.subject
            and pairs.technology_definition = technology.definition
            and goods.period_year = technology.period_year
            and goods.threshold_set = technology.threshold_set
            and goods.smoothing_years = technology.smoothing_years
            and (
                goods.year_kind = technology.year_kind
                or pairs.year_alignment = 'fiscal_beside_calendar'
            )
),

named as (
    select
        paired.pair_id,
        paired.economy_code,
        paired.period_year,
        paired.threshold_set,
        paired.smoothing_years,
        paired.goods_series_id,
        paired.goods_period,
        paired.technology_series_id,
        paired.technology_period,
        paired.is_points_only,
        paired.goods_ratio,
        paired.technology_ratio,
        cell_names.cell,
        with_hysteresis.cell as cell_with_hysteresis,
        paired.is_borderline,
        paired.cell_changes_at_1_06,
        cast(
            count(*) over (
                partition by
                    paired.pair_id,
                    paired.period_year,
                    paired.smoothing_years,
                    cell_names.cell
            ) as integer
        ) as sets_agreeing,
        article.cell as article_cell
    from paired
    left join {{ ref('typology_cell_names') }} as cell_names
        on
            paired.technology_level = cell_names.technology_level
            and paired.goods_level = cell_names.goods_level
    left join {{ ref('typology_cell_names') }} as with_hysteresis
        on
            paired.technology_level_with_hysteresis = with_hysteresis.technology_level
            and paired.goods_level_with_hysteresis = with_hysteresis.goods_level
    left join {{ ref('typology_cell_names') }} as article
        on
            paired.technology_article_level = article.technology_level
            and paired.goods_article_level = article.goods_level
)

select * from named
order by pair_id, period_year, threshold_set, smoothing_years
