-- The WTO's charges for the use of intellectual property. Each edition of the manual is
-- a definition of its own: they overlap and are never joined.
select
    economy_code,
    case bop_manual
        when 'bpm6' then 'wto_bop6_sh'
        when 'bpm5' then 'wto_bop5_royalties'
    end as definition,
    'all' as industry,
    'all' as affiliate_scope,
    'calendar' as year_kind,
    period_year,
    'USD' as currency_code,
    'wto_trade' as source,
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
from {{ ref('stg_wto_trade__services') }}
where economy_code is not null and value_usd_millions is not null
