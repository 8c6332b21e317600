-- The balance ratio of every period as it stood in each published interval.
with paired as (
    select * from {{ ref('int_goods_flows_paired') }}
),

-- What the oldest edition holds was printed before it: no first print is known.
editions as (
    select min(published_date) as first_published_date
    from {{ ref('stg_japan_customs__editions') }}
),

balances as (
    select
        series_id,
        economy_code,
        product_set,
        definition,
        period_kind,
        period,
        cast(substr(period, 1, 4) as integer) as period_year,
        period_start_date,
        {{ period_end_date('period_start_date', 'months_covered') }} as period_end_date,
        months_covered,
        period_kind = 'ytd' as is_partial,
        value_basis,
        currency_code,
        exports_millions,
        imports_millions,
        {{ balance_ratio('exports_millions', 'imports_millions') }} as balance_ratio,
        {{ normalised_balance('exports_millions', 'imports_millions') }}
            as normalised_balance,
        {{ log_ratio('exports_millions', 'imports_millions') }} as log_ratio,
        {{ ratio_state('exports_millions', 'imports_millions') }} as ratio_state,
        case
            when exports_millions is null then 'exports_not_available'
            when imports_millions is null then 'imports_not_available'
        end as state_reason,
        source,
        is_dated,
        published_from,
        published_to,
        recorded_from,
        is_dated
        -- Of the others we know what stood at our first visit, no first print.
        and source = 'japan_customs'
        and cast(published_from as date)
        > (select editions.first_published_date from editions)
        and row_number() over (
            partition by series_id, period
            order by published_from
        ) = 1 as is_first_print
    from paired
)

select * from balances
