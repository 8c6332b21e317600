-- Operators' corrections of ranking rows, in the units of the marts.
with overrides as (
    select * from {{ ref('stg_operator__overrides') }}
),

corrections as (
    select
        table_name as raw_table,
        row_key,
        max(
            case column_name
                when 'revenue_oku_usd'
                    then cast(corrected_value as decimal(18, 2)) * 100
                when 'revenue' then cast(corrected_value as decimal(18, 2))
            end
        ) as revenue_usd_millions,
        max(
            case column_name when 'share_pct' then cast(corrected_value as double) end
        ) as share_pct,
        max(reason) as reason,
        max(source_url) as source_url
    from overrides
    group by table_name, row_key
)

select * from corrections
