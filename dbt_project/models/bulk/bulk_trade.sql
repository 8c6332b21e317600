-- Sums are of decimals, so that no order of the rows can change them.
{{ config(pre_hook="{{ without_rows(var('bulk_changed', 'true')) }}") }}

with legs as (
    select
        hs_revision,
        period_year,
        exporter_code as reporter_code,
        product_code,
        'export' as flow_type,
        value_thousand_usd,
        quantity_tonnes
    from {{ ref('stg_bulk__flows') }}
    where {{ var('bulk_changed', 'true') }}
    union all
    select
        hs_revision,
        period_year,
        importer_code as reporter_code,
        product_code,
        'import' as flow_type,
        value_thousand_usd,
        quantity_tonnes
    from {{ ref('stg_bulk__flows') }}
    where {{ var('bulk_changed', 'true') }}
),

sums as (
    select
        hs_revision,
        period_year,
        reporter_code,
        product_code,
        flow_type,
        sum(value_thousand_usd) as total,
        sum({{ squared('value_thousand_usd') }}) as total_of_squares,
        sum(quantity_tonnes) as tonnes,
        count(*) as partners,
        count(quantity_tonnes) as partners_with_quantity
    from legs
    group by hs_revision, period_year, reporter_code, product_code, flow_type
)

select
    hs_revision,
    period_year,
    reporter_code,
    product_code,
    flow_type,
    cast(total as decimal(18, 3)) as value_thousand_usd,
    cast(tonnes as decimal(18, 3)) as quantity_tonnes,
    cast(partners as integer) as partners,
    cast(partners_with_quantity as integer) as partners_with_quantity,
    {{ concentration('total_of_squares', 'total') }} as partner_concentration
from sums
