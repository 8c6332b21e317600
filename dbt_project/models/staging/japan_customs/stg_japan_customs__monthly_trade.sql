select
    cast(month || '-01' as date) as month_date,
    cast(export_70323_thousand_yen / 1000.0 as decimal(20, 3))
        as components_exports_jpy_millions,
    cast(import_70311_thousand_yen / 1000.0 as decimal(20, 3))
        as components_imports_jpy_millions,
    cast(export_7032305_ic_thousand_yen / 1000.0 as decimal(20, 3))
        as ic_exports_jpy_millions,
    cast(import_7031103_ic_thousand_yen / 1000.0 as decimal(20, 3))
        as ic_imports_jpy_millions,
    cast(export_70131_sme_thousand_yen / 1000.0 as decimal(20, 3))
        as equipment_exports_jpy_millions,
    cast(export_703_total_thousand_yen / 1000.0 as decimal(20, 3))
        as electrical_machinery_exports_jpy_millions,
    cast(import_703_total_thousand_yen / 1000.0 as decimal(20, 3))
        as electrical_machinery_imports_jpy_millions,
    published_from,
    {{ published_to() }} as published_to,
    recorded_from,
    month as row_key,
    payload_sha256
from {{ source('raw', 'japan_customs__monthly_values') }}
where {{ is_believed() }}
