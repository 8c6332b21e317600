-- UN Comtrade's trade as each economy reports it, and Taiwan's as its partners do.
-- Headings make product sets; of a heading that is missing the set is unknown.
{%- set keys = [
    'economy_code', 'definition', 'product_set', 'flow_type', 'period_year',
] %}

with reported as (
    {{ once_a_year(ref('stg_un_comtrade__goods_trade')) }}
),

coded as (
    select
        reported.economy_code,
        reported.reporter_code,
        reported.reporter_economy_code,
        codes.product_set,
        reported.product_code,
        reported.flow_type,
        reported.period_year,
        reported.trade_method,
        codes.weight,
        codes.first_hs_year,
        reported.value_usd_millions as value_millions,
        reported.published_from,
        reported.published_to,
        reported.recorded_from,
        codes.definition
        || case reported.trade_method when 'mirror' then '_mirror' else '' end
            as definition
    from reported
    inner join {{ ref('product_set_codes') }} as codes
        on
            'comtrade_' || reported.classification = codes.definition
            and reported.product_code = codes.product_code
),

-- Partners publish at different times: before all have, a sum of them is too small.
-- So only what stands is added up, and a year counts when those partners have reported
-- that had nine tenths of the trade of the year before.
standing_mirror as (
    select * from coded
    where
        trade_method = 'mirror'
        and published_to is null
        -- Who has no parts of a heading cannot be told from who has no solar cells. Of
        -- all goods only the shares of what economies report themselves are taken.
        and product_set not in ('components_without_pv', 'all_goods')
),

mirror_reporters as (
    select distinct
        definition,
        reporter_economy_code,
        period_year
    from standing_mirror
),

mirror_coverage as (
    select
        earlier.definition,
        earlier.product_set,
        earlier.flow_type,
        earlier.period_year + 1 as period_year,
        sum(earlier.weight * earlier.value_millions) as earlier_total,
        sum(
            case
                when later.reporter_economy_code is null then 0
                else earlier.weight * earlier.value_millions
            end
        ) as earlier_total_of_reporters
    from standing_mirror as earlier
    left join mirror_reporters as later
        on
            earlier.definition = later.definition
            and earlier.reporter_economy_code = later.reporter_economy_code
            and earlier.period_year + 1 = later.period_year
    group by
        earlier.definition,
        earlier.product_set,
        earlier.flow_type,
        earlier.period_year
),

covered_mirror as (
    select
        standing_mirror.economy_code,
        standing_mirror.definition,
        standing_mirror.product_set,
        standing_mirror.flow_type,
        standing_mirror.period_year,
        max(standing_mirror.published_from) as published_from,
        cast(null as timestamp) as published_to,
        sum(standing_mirror.weight * standing_mirror.value_millions) as value_millions,
        max(standing_mirror.recorded_from) as recorded_from
    from standing_mirror
    left join mirror_coverage
        on
            standing_mirror.definition = mirror_coverage.definition
            and standing_mirror.product_set = mirror_coverage.product_set
            and standing_mirror.flow_type = mirror_coverage.flow_type
            and standing_mirror.period_year = mirror_coverage.period_year
    where
        mirror_coverage.earlier_total is null
        or mirror_coverage.earlier_total_of_reporters
        >= 0.9 * mirror_coverage.earlier_total
    group by
        standing_mirror.economy_code,
        standing_mirror.definition,
        standing_mirror.product_set,
        standing_mirror.flow_type,
        standing_mirror.period_year
),

reported_parts as (
    select * from coded
    where trade_method = 'reported'
),

{{ sums_over_time('summed', 'reported_parts', keys, [
    'min(case when parts.weight < 0 then parts.first_hs_year end) as taken_off_from',
    'max(case when parts.weight < 0 then parts.first_hs_year end) as taken_off_to',
]) }},

wanted as (
    select
        definition,
        product_set,
        count(case when weight > 0 then 1 end) as parts_wanted
    from {{ ref('product_set_codes') }}
    group by definition, product_set
),

-- What is taken off is one heading in one edition and several in another: all of one
-- edition's, none of the other's.
to_take_off as (
    select
        definition,
        product_set,
        first_hs_year,
        count(*) as parts_to_take_off
    from {{ ref('product_set_codes') }}
    where weight < 0
    group by definition, product_set, first_hs_year
),

complete as (
    select
        summed.economy_code,
        summed.definition,
        summed.product_set,
        summed.flow_type,
        summed.period_year,
        summed.published_from,
        summed.published_to,
        summed.value_millions,
        summed.recorded_from
    from summed
    inner join wanted
        on
            summed.definition = wanted.definition
            and summed.product_set = wanted.product_set
            and summed.parts_added = wanted.parts_wanted
    left join to_take_off
        on
            summed.definition = to_take_off.definition
            and summed.product_set = to_take_off.product_set
            and summed.taken_off_from = to_take_off.first_hs_year
            and summed.taken_off_to = to_take_off.first_hs_year
    where
        summed.product_set <> 'components_without_pv'
        or summed.parts_taken_off = to_take_off.parts_to_take_off
    union all
    select * from covered_mirror
)

select
    economy_code,
    definition,
    'USD' as currency_code,
    'un_comtrade' as source,
    product_set,
    flow_type,
    'annual' as period_kind,
    make_date(period_year, 1, 1) as period_start_date,
    12 as months_covered,
    cast(value_millions as decimal(26, 9)) as value_millions,
    case
        when definition in ('comtrade_hs_mirror', 'comtrade_sitc2_mirror')
            then 'sum_of_partners'
        when
            definition = 'comtrade_hs'
            and product_set in ('components', 'components_without_pv')
            then 'sum_of_products'
        else 'as_published'
    end as value_basis,
    published_from,
    published_to,
    recorded_from,
    true as is_dated
from complete
