-- Charges for the use of intellectual property from BaTIS. Reported and balanced values
-- are two definitions.
select
    economy_code,
    case trade_method
        when 'reported' then 'batis_sh_reported'
        when 'balanced' then 'batis_sh_balanced'
    end as definition,
    'all' as industry,
    'all' as affiliate_scope,
    'calendar' as year_kind,
    period_year,
    'USD' as currency_code,
    'oecd_batis' as source,
    case flow_type when 'export' then 'receipt' when 'import' then 'payment' end
        as flow_type,
    cast(value_usd_millions as decimal(26, 10)) as flow_value,
    'as_published' as value_basis,
    true as is_unit_confirmed,
    published_from,
    published_to,
    recorded_from,
    true as is_dated,
    row_key
from {{ ref('stg_oecd_batis__services') }}
where economy_code is not null and value_usd_millions is not null
