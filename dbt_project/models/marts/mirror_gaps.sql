-- Both sides of one trade. Imports carry freight and insurance, taken as 6 % of their
-- value; what is left between the sides is the gap.
{%- set imports_dearer_by = 1.06 %}

with sides as (
    select
        exporter_code,
        importer_code,
        product_set,
        definition,
        period_year,
        currency_code,
        source,
        max(case told_by when 'exporter' then value_millions end)
            as exporter_value_millions,
        max(case told_by when 'importer' then value_millions end)
            as importer_value_millions
    from {{ ref('int_bilateral_goods_flows') }}
    group by
        exporter_code,
        importer_code,
        product_set,
        definition,
        period_year,
        currency_code,
        source
),

indexed as (
    select
        *,
        case
            when exporter_value_millions > 0 and importer_value_millions > 0
                then
                    ln(
                        cast(exporter_value_millions as double)
                        * {{ imports_dearer_by }}
                        / cast(importer_value_millions as double)
                    )
        end as asymmetry_index
    from sides
),

gaps as (
    select
        now.exporter_code,
        now.importer_code,
        now.product_set,
        now.definition,
        now.period_year,
        now.currency_code,
        cast(now.exporter_value_millions as decimal(20, 3))
            as exporter_value_millions,
        cast(now.importer_value_millions as decimal(20, 3))
            as importer_value_millions,
        case
            when now.exporter_value_millions is null then 'one_sided'
            when now.importer_value_millions is null then 'one_sided'
            else 'two_sided'
        end as gap_state,
        now.asymmetry_index,
        abs(now.asymmetry_index) > 0.25 as is_large,
        case
            when abs(now.asymmetry_index) <= 0.10 then 'A'
            when abs(now.asymmetry_index) <= 0.25 then 'B'
            when abs(now.asymmetry_index) <= 0.50 then 'C'
            when now.asymmetry_index is not null then 'D'
        end as reliability_grade,
        now.asymmetry_index - earlier.asymmetry_index as asymmetry_change,
        now.source
    from indexed as now
    left join indexed as earlier
        on
            now.exporter_code = earlier.exporter_code
            and now.importer_code = earlier.importer_code
            and now.product_set = earlier.product_set
            and now.definition = earlier.definition
            and now.period_year = earlier.period_year + 1
)

select * from gaps
order by exporter_code, importer_code, definition, product_set, period_year
