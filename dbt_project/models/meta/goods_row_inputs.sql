-- The raw rows that every vintage of a goods ratio was made from, for sources that
-- are embedded or dropped; the others are in fetched_goods_row_inputs. Each vintage is
-- asked which printed rows were in force when it began; nothing is computed anew.
with vintages as (
    select
        *,
        series_id || '|' || period || '|' || cast(published_from as string) as row_key
    from {{ ref('int_goods_balances') }}
),

monthly_file as (
    select * from {{ ref('stg_japan_customs__monthly_trade') }}
),

editions as (
    select * from {{ ref('stg_japan_customs__annual_trade') }}
    where partner_code = 'WLD'
),

month_prints as (
    select * from {{ ref('int_japan_month_prints') }}
),

press_columns as (
    {% for product_set in ['ic', 'equipment'] %}
    {% for flow_type in ['export', 'import'] %}
    select
        'taiwan_mof__press_values' as raw_table,
        '{{ product_set }}' as product_set,
        '{{ flow_type }}' as flow_type,
        {{ product_set }}_{{ flow_type }}s_usd_millions as value_usd_millions,
        period_kind,
        period_start_date,
        months_covered,
        published_from,
        published_to,
        row_key
    from {{ ref('stg_taiwan_mof__trade') }}
    union all
    {% endfor %}
    {% endfor %}
    {% for table in ['table_4_exports', 'table_5_imports'] %}
    select
        'taiwan_mof__{{ table }}' as raw_table,
        product_set,
        flow_type,
        value_usd_millions,
        period_kind,
        period_start_date,
        months_covered,
        published_from,
        published_to,
        row_key
    from {{ ref('stg_taiwan_mof__' ~ table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

inputs as (
    select
        vintages.row_key,
        'month of both flows' as input_role,
        'japan_customs__monthly_values' as raw_table,
        monthly_file.row_key as input_key,
        monthly_file.published_from as input_published_from
    from vintages
    inner join monthly_file
        on
            vintages.period_start_date <= monthly_file.month_date
            and vintages.period_end_date >= monthly_file.month_date
            and {{ in_force('monthly_file', 'vintages') }}
    where vintages.source = 'japan_customs' and not vintages.is_dated
    union all
    select
        vintages.row_key,
        editions.flow_type || ' of the edition' as input_role,
        'japan_customs__edition_values' as raw_table,
        editions.row_key as input_key,
        editions.published_from as input_published_from
    from vintages
    inner join editions
        on
            vintages.product_set = editions.product_set
            and vintages.period_year = editions.trade_year
            and vintages.months_covered = editions.months_covered
            and {{ in_force('editions', 'vintages') }}
    where
        vintages.source = 'japan_customs'
        and vintages.is_dated
        and vintages.value_basis = 'as_published'
    union all
    -- A month is what an edition adds to the one that it replaced.
    select
        vintages.row_key,
        editions.flow_type
        || case
            when editions.published_from = month_prints.published_from
                then ' of the edition'
            else ' of the edition before'
        end as input_role,
        'japan_customs__edition_values' as raw_table,
        editions.row_key as input_key,
        editions.published_from as input_published_from
    from vintages
    inner join month_prints
        on
            vintages.product_set = month_prints.product_set
            and vintages.period_start_date = month_prints.month_date
            and vintages.published_from >= month_prints.published_from
    inner join editions
        on
            month_prints.product_set = editions.product_set
            and month_prints.flow_type = editions.flow_type
            and vintages.period_year = editions.trade_year
            and (
                month_prints.published_from = editions.published_from
                or month_prints.published_from = editions.published_to
            )
    where vintages.value_basis = 'edition_difference'
    union all
    select
        vintages.row_key,
        press_columns.flow_type || ' as printed' as input_role,
        press_columns.raw_table,
        press_columns.row_key as input_key,
        press_columns.published_from as input_published_from
    from vintages
    inner join press_columns
        on
            vintages.product_set = press_columns.product_set
            and vintages.period_kind = press_columns.period_kind
            and vintages.period_start_date = press_columns.period_start_date
            and vintages.months_covered = press_columns.months_covered
            and {{ in_force('press_columns', 'vintages') }}
            and press_columns.value_usd_millions
            = case press_columns.flow_type
                when 'export' then vintages.exports_millions
                else vintages.imports_millions
            end
    where vintages.source = 'taiwan_mof'
)

select * from inputs
