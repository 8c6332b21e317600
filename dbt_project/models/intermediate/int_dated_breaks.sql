-- The registered breaks with their years, for each definition that they touch: those
-- that the WTO flags in its data at the years and economies it flags, those of an
-- edition of the Harmonized System when each reporter adopts it.
with registered as (
    select
        breaks.*,
        definitions.definition as touched_definition
    from {{ ref('definition_breaks') }} as breaks
    inner join {{ ref('definitions') }} as definitions
        on breaks.definition in (definitions.definition, definitions.family)
),

flagged as (
    select distinct
        'wto_mamtotic' as definition,
        economy_code,
        period_year as effective_year
    from {{ ref('stg_wto_trade__merchandise') }}
    where
        product_code = 'MAMTOTIC'
        and value_flag_code = 'B'
        and published_to is null
        and economy_code is not null
    union all
    select distinct
        case bop_manual
            when 'bpm6' then 'wto_bop6_sh'
            when 'bpm5' then 'wto_bop5_royalties'
        end as definition,
        economy_code,
        period_year as effective_year
    from {{ ref('stg_wto_trade__services') }}
    where
        value_flag_code = 'B'
        and published_to is null
        and economy_code is not null
),

reported as (
    select distinct
        reporter_economy_code as economy_code,
        period_year,
        classification_edition
    from {{ ref('stg_un_comtrade__goods_trade') }}
    where
        classification = 'hs'
        and trade_method = 'reported'
        and published_to is null
),

-- Reporters adopt an edition when they like.
adopted as (
    select
        registered.break_id,
        reported.economy_code,
        coalesce(
            min(
                case
                    when registered.hs_edition <= reported.classification_edition
                        then reported.period_year
                end
            ),
            registered.effective_year
        ) as effective_year
    from registered
    cross join reported
    where
        registered.touched_definition = 'comtrade_hs'
        and registered.hs_edition is not null
    group by registered.break_id, registered.effective_year, reported.economy_code
),

dated as (
    select
        registered.break_id,
        registered.domain,
        registered.touched_definition as definition,
        registered.product_set,
        registered.severity = 'major' and not registered.is_bridged as is_major,
        coalesce(
            registered.economy_code, flagged.economy_code, adopted.economy_code
        ) as economy_code,
        coalesce(
            flagged.effective_year, adopted.effective_year, registered.effective_year
        ) as effective_year
    from registered
    left join flagged
        on
            registered.break_kind = 'flagged'
            and registered.touched_definition = flagged.definition
            and flagged.economy_code
            = coalesce(registered.economy_code, flagged.economy_code)
    left join adopted
        on
            registered.touched_definition = 'comtrade_hs'
            and registered.break_id = adopted.break_id
            and adopted.economy_code
            = coalesce(registered.economy_code, adopted.economy_code)
)

select
    break_id,
    domain,
    definition,
    economy_code,
    product_set,
    effective_year,
    is_major
from dated
where effective_year is not null
