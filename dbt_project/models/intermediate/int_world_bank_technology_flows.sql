-- The World Bank's charges for the use of intellectual property; groups of economies
-- and codes that nobody has listed are left out.
select
    economy_code,
    'bop_ip' as definition,
    'all' as industry,
    'all' as affiliate_scope,
    'calendar' as year_kind,
    charge_year as period_year,
    'USD' as currency_code,
    'world_bank' as source,
    flow_type,
    value_usd_millions as flow_value,
    'as_published' as value_basis,
    true as is_unit_confirmed,
    published_from,
    published_to,
    recorded_from,
    true as is_dated,
    row_key
from {{ ref('stg_world_bank__ip_charges') }}
where not is_aggregate
