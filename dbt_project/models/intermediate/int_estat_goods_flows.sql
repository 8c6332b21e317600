-- Japan's principal commodities from e-Stat: partners summed to months, months to years
-- and running years. A partner withheld leaves the month unknown.
with partners as (
    select
        product_set,
        flow_type,
        month_date,
        1 as weight,
        value_jpy_millions as value_millions,
        published_from,
        published_to,
        recorded_from
    from {{ ref('stg_estat_trade__monthly_trade') }}
    where
        product_set is not null
        and (missing_reason is null or missing_reason <> 'no figure')
),

{{ sums_over_time('months', 'partners', ['product_set', 'flow_type', 'month_date']) }},

known_months as (
    select
        product_set,
        flow_type,
        month_date,
        make_date(cast(date_part('year', month_date) as integer), 1, 1)
            as period_start_date,
        cast(date_part('month', month_date) as integer) as month_number,
        1 as weight,
        value_millions,
        published_from,
        published_to,
        recorded_from
    from months
    where value_millions is not null
),

{{ sums_over_time(
    'years', 'known_months', ['product_set', 'flow_type', 'period_start_date']
) }},

-- The months that stand at each moment must be the first ones, without a gap.
reached as (
    select
        years.product_set,
        years.flow_type,
        years.period_start_date,
        years.published_from,
        max(known_months.month_number) as last_month
    from years
    inner join known_months
        on
            years.product_set = known_months.product_set
            and years.flow_type = known_months.flow_type
            and years.period_start_date = known_months.period_start_date
            and {{ in_force('known_months', 'years') }}
    group by
        years.product_set,
        years.flow_type,
        years.period_start_date,
        years.published_from
),

flows as (
    select
        product_set,
        flow_type,
        'monthly' as period_kind,
        month_date as period_start_date,
        1 as months_covered,
        value_millions,
        'sum_of_partners' as value_basis,
        published_from,
        published_to,
        recorded_from
    from known_months
    union all
    select
        years.product_set,
        years.flow_type,
        case years.parts_added when 12 then 'annual' else 'ytd' end as period_kind,
        years.period_start_date,
        cast(years.parts_added as integer) as months_covered,
        years.value_millions,
        'sum_of_months' as value_basis,
        years.published_from,
        years.published_to,
        years.recorded_from
    from years
    inner join reached
        on
            years.product_set = reached.product_set
            and years.flow_type = reached.flow_type
            and years.period_start_date = reached.period_start_date
            and years.published_from = reached.published_from
            and years.parts_added = reached.last_month
)

select
    'JPN' as economy_code,
    'customs_principal' as definition,
    'JPY' as currency_code,
    'estat_trade' as source,
    product_set,
    flow_type,
    period_kind,
    period_start_date,
    months_covered,
    cast(value_millions as decimal(26, 9)) as value_millions,
    value_basis,
    published_from,
    published_to,
    recorded_from,
    true as is_dated
from flows
