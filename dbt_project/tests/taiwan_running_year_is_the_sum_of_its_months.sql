-- The ministry's running year equals its months, to the rounding of the press tables.
with standing as (
    select * from {{ ref('stg_taiwan_mof__trade') }}
    where published_to is null
),

compared as (
    select
        running.period,
        max(running.ic_exports_usd_millions) as ic_exports,
        sum(months.ic_exports_usd_millions) as ic_exports_of_months,
        max(running.ic_imports_usd_millions) as ic_imports,
        sum(months.ic_imports_usd_millions) as ic_imports_of_months,
        max(running.equipment_exports_usd_millions) as equipment_exports,
        sum(months.equipment_exports_usd_millions) as equipment_exports_of_months,
        max(running.equipment_imports_usd_millions) as equipment_imports,
        sum(months.equipment_imports_usd_millions) as equipment_imports_of_months
    from standing as running
    inner join standing as months
        on substr(running.period, 1, 4) = substr(months.period, 1, 4)
    where
        running.period_kind = 'ytd'
        and months.period_kind = 'monthly'
        and substr(months.period, 6, 2) <= substr(running.period, 10, 2)
    group by running.period, running.months_covered
    having count(*) = running.months_covered
)

select * from compared
where
    abs(ic_exports - ic_exports_of_months) > 0.1
    or abs(ic_imports - ic_imports_of_months) > 0.1
    or abs(equipment_exports - equipment_exports_of_months) > 0.1
    or abs(equipment_imports - equipment_imports_of_months) > 0.1
