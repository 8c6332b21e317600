-- Exports beside imports as they stood in each published interval, and their ratio.
-- Each flow is carried forward by itself: a publication often changes only one of them.
with flows as (
    select * from {{ ref('int_goods_trade_flows') }}
),

-- A running year is one thing under a growing number of months.
tracked as (
    select
        *,
        case period_kind when 'monthly' then 'm' else 'a' end as track
    from flows
),

moments as (
    select
        economy_code,
        product_set,
        definition,
        track,
        period_start_date,
        published_from
    from tracked
    union
    select
        economy_code,
        product_set,
        definition,
        track,
        period_start_date,
        published_to as published_from
    from tracked
    where published_to is not null
),

stood as (
    select
        moments.*,
        tracked.flow_type,
        tracked.value_millions,
        tracked.months_covered,
        tracked.period_kind,
        tracked.currency_code,
        tracked.source,
        tracked.is_dated
    from moments
    inner join tracked
        on
            moments.economy_code = tracked.economy_code
            and moments.product_set = tracked.product_set
            and moments.definition = tracked.definition
            and moments.track = tracked.track
            and moments.period_start_date = tracked.period_start_date
            and moments.published_from >= tracked.published_from
            and (
                tracked.published_to is null
                or moments.published_from < tracked.published_to
            )
),

paired as (
    select
        economy_code,
        product_set,
        definition,
        track,
        period_kind,
        period_start_date,
        months_covered,
        published_from,
        currency_code,
        source,
        is_dated,
        max(case flow_type when 'export' then value_millions end) as exports_millions,
        max(case flow_type when 'import' then value_millions end) as imports_millions
    from stood
    group by
        economy_code,
        product_set,
        definition,
        track,
        period_kind,
        period_start_date,
        months_covered,
        published_from,
        currency_code,
        source,
        is_dated
),

-- What the oldest edition holds was printed before it: no first print is known.
editions as (
    select min(published_date) as first_published_date
    from {{ ref('stg_japan_customs__editions') }}
),

dated as (
    select
        paired.*,
        is_dated
        and cast(published_from as date) > first_published_date
        and row_number() over (
            partition by
                economy_code,
                product_set,
                definition,
                track,
                period_start_date,
                months_covered
            order by published_from
        ) = 1 as is_first_print,
        lead(published_from) over (
            partition by
                economy_code, product_set, definition, track, period_start_date
            order by published_from
        ) as published_to
    from paired
    cross join editions
),

balances as (
    select
        lower(economy_code)
        || '.' || product_set
        || '.' || definition
        || '.ratio.'
        || case period_kind when 'annual' then 'a' when 'monthly' then 'm' else 'ytd' end
            as series_id,
        economy_code,
        product_set,
        definition,
        period_kind,
        case period_kind
            when 'annual' then strftime(period_start_date, '%Y')
            when 'monthly' then strftime(period_start_date, '%Y-%m')
            else
                strftime(period_start_date, '%Y-%m..')
                || lpad(cast(months_covered as varchar), 2, '0')
        end as period,
        cast(date_part('year', period_start_date) as integer) as period_year,
        period_start_date,
        last_day(
            cast(
                period_start_date + to_months(cast(months_covered - 1 as integer))
                as date
            )
        ) as period_end_date,
        cast(months_covered as integer) as months_covered,
        period_kind = 'ytd' as is_partial,
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
        is_first_print
    from dated
)

select * from balances
