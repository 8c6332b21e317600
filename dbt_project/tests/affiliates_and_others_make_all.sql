-- Trade between parents and subsidiaries and trade without it make all of it, where all
-- three are told, to the rounding of the tables (100 million yen each).
with summed as (
    select
        economy_code,
        industry,
        definition,
        period,
        count(*) as scopes,
        sum(case when affiliate_scope = 'all' then receipts_millions end) as receipts,
        sum(case when affiliate_scope <> 'all' then receipts_millions end)
            as receipts_of_parts,
        sum(case when affiliate_scope = 'all' then payments_millions end) as payments,
        sum(case when affiliate_scope <> 'all' then payments_millions end)
            as payments_of_parts
    from {{ ref('technology_balances') }}
    group by economy_code, industry, definition, period
)

select * from summed
where
    scopes = 3
    and (
        abs(receipts - receipts_of_parts) > 200
        or abs(payments - payments_of_parts) > 200
    )
