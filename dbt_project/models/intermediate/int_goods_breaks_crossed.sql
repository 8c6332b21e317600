-- The registered breaks between each year of a series and the year before it. Where
-- there are several, a major one is named.
with series_years as (
    select distinct
        series_id,
        economy_code,
        product_set,
        definition,
        period_year
    from {{ ref('int_goods_balances') }}
),

-- Reporters adopt an edition of the Harmonized System when they like.
adoptions as (
    select
        breaks.break_id,
        trade.reporter_economy_code as economy_code,
        min(trade.period_year) as effective_year
    from {{ ref('definition_breaks') }} as breaks
    inner join {{ ref('stg_un_comtrade__goods_trade') }} as trade
        on
            trade.classification = 'hs'
            and trade.trade_method = 'reported'
            and breaks.hs_edition <= trade.classification_edition
    where trade.published_to is null
    group by breaks.break_id, trade.reporter_economy_code
),

flagged as (
    select distinct
        economy_code,
        period_year as effective_year
    from {{ ref('stg_wto_trade__merchandise') }}
    where
        product_code = 'MAMTOTIC'
        and value_flag_code = 'B'
        and published_to is null
        and economy_code is not null
),

breaks as (
    select
        breaks.break_id,
        breaks.definition,
        breaks.product_set,
        breaks.severity = 'major' and not breaks.is_bridged as is_major,
        breaks.hs_edition,
        coalesce(breaks.economy_code, flagged.economy_code) as economy_code,
        coalesce(breaks.effective_year, flagged.effective_year) as effective_year
    from {{ ref('definition_breaks') }} as breaks
    left join flagged
        on breaks.break_kind = 'flagged'
    where breaks.domain = 'goods'
),

crossed as (
    select
        series_years.series_id,
        series_years.period_year,
        coalesce(
            min(case when breaks.is_major then breaks.break_id end),
            min(breaks.break_id)
        ) as break_id,
        max(case when breaks.is_major then 1 else 0 end) = 1 as is_major
    from series_years
    inner join {{ ref('definitions') }} as definitions
        on series_years.definition = definitions.definition
    inner join breaks
        on
            breaks.definition in (definitions.definition, definitions.family)
            and (
                breaks.economy_code is null
                or series_years.economy_code = breaks.economy_code
            )
            and (
                breaks.product_set is null
                or series_years.product_set = breaks.product_set
            )
    left join adoptions
        on
            definitions.definition = 'comtrade_hs'
            and breaks.break_id = adoptions.break_id
            and series_years.economy_code = adoptions.economy_code
    where
        series_years.period_year
        = coalesce(adoptions.effective_year, breaks.effective_year)
    group by series_years.series_id, series_years.period_year
)

select * from crossed
