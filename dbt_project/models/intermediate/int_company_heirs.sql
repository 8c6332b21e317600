-- Who has each company's chip business today, and where that company sits: itself, or
-- the last of those to which the whole business went.
with seats as (
    select
        company_id,
        country_code,
        row_number() over (partition by company_id order by from_year desc)
            as newest
    from {{ ref('companies') }}
),

ways as (
    select
        predecessor_id,
        successor_id,
        row_number() over (partition by predecessor_id order by steps desc)
            as longest
    from {{ ref('int_company_ancestries') }}
    where is_whole_business
),

named as (
    select
        seats.company_id,
        coalesce(ways.successor_id, seats.company_id) as heir_id
    from seats
    left join ways
        on seats.company_id = ways.predecessor_id and ways.longest = 1
    where seats.newest = 1
),

heirs as (
    select
        named.company_id,
        named.heir_id,
        seats.country_code as heir_country_code
    from named
    inner join seats on named.heir_id = seats.company_id
    where seats.newest = 1
)

select * from heirs
