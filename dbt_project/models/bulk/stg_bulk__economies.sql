select
    cast(revision as string) as hs_revision,
    economy as reporter_code,
    -- Codes with digits are the publisher's own, of what is no single economy.
    case
        when economy = 490 then 'TWN'
        when translate(iso3, '0123456789', '') = iso3 then iso3
    end as economy_code,
    name as economy_name
from {{ partition_rows(var('bulk_economies', [])) }}
