-- Integrated circuits are a part of the components, in both directions of trade.
select
    ic.period,
    ic.exports_millions as ic_exports,
    components.exports_millions as components_exports,
    ic.imports_millions as ic_imports,
    components.imports_millions as components_imports
from {{ ref('balance_ratios') }} as ic
inner join {{ ref('balance_ratios') }} as components
    on ic.period = components.period and ic.economy_code = components.economy_code
where
    ic.definition = 'customs_principal'
    and components.definition = 'customs_principal'
    and ic.product_set = 'ic'
    and components.product_set = 'components'
    and (
        ic.exports_millions > components.exports_millions
        or ic.imports_millions > components.imports_millions
    )
