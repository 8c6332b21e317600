-- The made-up example with which the formulas were specified, to four decimals. Lists
-- the figures that come out otherwise. The formulas are those of:
-- depends_on: {{ ref('balance_ratios') }}
{%- set pairs = [
    ('A1', 200, 100, 2.0, 0.3333, 0.6931, 'ok'),
    ('A2', 240, 160, 1.5, 0.2, 0.4055, 'ok'),
    ('A3', 300, 240, 1.25, 0.1111, 0.2231, 'ok'),
    ('A4', 150, 150, 1.0, 0.0, 0.0, 'ok'),
    ('B1', 90, 180, 0.5, -0.3333, -0.6931, 'ok'),
    ('B2', 100, 0, 'null', 1.0, 'null', 'zero_import'),
    ('B3', 0, 200, 0.0, -1.0, 'null', 'zero_export'),
    ('B4', 'null', 210, 'null', 'null', 'null', 'missing'),
    ('A1 technology', 20, 50, 0.4, -0.4286, -0.9163, 'ok'),
    ('A2 technology', 30, 50, 0.6, -0.25, -0.5108, 'ok'),
    ('A3 technology', 60, 50, 1.2, 0.0909, 0.1823, 'ok'),
    ('A4 technology', 'null', 'null', 'null', 'null', 'null', 'missing'),
    ('B1 technology', 100, 40, 2.5, 0.4286, 0.9163, 'ok'),
    ('B2 technology', 120, 40, 3.0, 0.5, 1.0986, 'ok'),
    ('B3 technology', 150, 50, 3.0, 0.5, 1.0986, 'ok'),
    ('B4 technology', 0, 0, 'null', 'null', 'null', 'zero_both'),
    ('2021 to June', 140, 120, 1.1667, 0.0769, 0.1542, 'ok'),
    ('twelve months to June 2022', 310, 270, 1.1481, 0.069, 0.1382, 'ok'),
    ('A1 with imports FOB', 212, 100, 2.12, 0.359, 0.7514, 'ok'),
    ('A1 in another currency', 6000, 3000, 2.0, 0.3333, 0.6931, 'ok'),
    ('A3 net of re-exports', 255, 225, 1.1333, 0.0625, 0.1252, 'ok'),
    ('A3 first print', 290, 240, 1.2083, 0.0943, 0.1892, 'ok'),
    ('pooled years', 740, 500, 1.48, 0.1935, 0.392, 'ok'),
] %}
{%- set changes = [
    ('A exports 2020', 240, 200, 0.1823), ('A imports 2020', 160, 100, 0.47),
    ('A ratio 2020', 1.5, 2.0, -0.2877), ('A ratio 2021', 1.25, 1.5, -0.1823),
    ('A exports 2021', 300, 240, 0.2231), ('A imports 2021', 240, 160, 0.4055),
    ('A technology 2020', 0.6, 0.4, 0.4055), ('A technology 2021', 1.2, 0.6, 0.6931),
    ('A running year', 1.0, 1.166666666667, -0.1542), ('revision of A3', 300, 290, 0.0339),
    ('imports FOB', 2.12, 2.0, 0.0583), ('from nothing', 5, 0, 'null'),
] %}
{%- set shares = [
    ('A1', 200, 1000, 1000, 20000, 20.0, 4.0, 0.6),
    ('A2', 240, 1200, 1100, 21000, 20.0, 3.8182, 0.5849),
    ('A3', 300, 1500, 1200, 24000, 20.0, 4.0, 0.6),
    ('B1', 90, 1000, 3000, 20000, 9.0, 0.6, -0.25),
    ('B2', 100, 1200, 3100, 21000, 8.3333, 0.5645, -0.2784),
    ('B3', 0, 1500, 3200, 24000, 0.0, 0.0, -1.0),
    ('A4', 150, 'null', 620, 'null', 'null', 'null', 'null'),
    ('B4', 'null', 'null', 3300, 'null', 'null', 'null', 'null'),
] %}

with pairs as (
    {% for name, exports, imports, ratio, nb, ln_ratio, state in pairs %}
    select
        '{{ name }}' as item,
        cast({{ exports }} as decimal(20, 3)) as exports,
        cast({{ imports }} as decimal(20, 3)) as imports,
        cast({{ ratio }} as double) as ratio,
        cast({{ nb }} as double) as nb,
        cast({{ ln_ratio }} as double) as ln_ratio,
        '{{ state }}' as state
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

changes as (
    {% for name, now, earlier, change in changes %}
    select
        '{{ name }}' as item,
        cast({{ now }} as double) as now_value,
        cast({{ earlier }} as double) as earlier_value,
        cast({{ change }} as double) as expected
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

shares as (
    {% for name, exports, world, total, world_total, share, rca, rsca in shares %}
    select
        '{{ name }}' as item,
        {{ share_pct(exports, world) }} as product_share,
        {{ share_pct(total, world_total) }} as total_share,
        cast({{ share }} as double) as expected_share,
        cast({{ rca }} as double) as expected_rca,
        cast({{ rsca }} as double) as expected_rsca
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

advantages as (
    select
        *,
        product_share / total_share as rca
    from shares
),

-- Years are averaged in logarithms, whatever is on top.
average as (
    select
        exp(avg({{ log_ratio('exports', 'imports') }})) as mean_ratio,
        exp(avg({{ log_ratio('imports', 'exports') }})) as mean_of_inverse,
        avg({{ balance_ratio('exports', 'imports') }}) as arithmetic_mean,
        avg({{ balance_ratio('imports', 'exports') }}) as arithmetic_mean_of_inverse
    from pairs
    where item in ('A1', 'A2', 'A3')
),

compared as (
    select
        item,
        'ratio' as figure,
        {{ balance_ratio('exports', 'imports') }} as found,
        ratio as expected
    from pairs
    union all
    select
        item,
        'normalised balance' as figure,
        {{ normalised_balance('exports', 'imports') }} as found,
        nb as expected
    from pairs
    union all
    select
        item,
        'logarithm' as figure,
        {{ log_ratio('exports', 'imports') }} as found,
        ln_ratio as expected
    from pairs
    union all
    select
        item,
        'state' as figure,
        case {{ ratio_state('exports', 'imports') }} when state then 1.0 else 0.0 end
            as found,
        1.0 as expected
    from pairs
    union all
    select
        item,
        'change' as figure,
        {{ log_change('now_value', 'earlier_value') }} as found,
        expected
    from changes
    union all
    select
        item,
        'share' as figure,
        product_share as found,
        expected_share as expected
    from advantages
    union all
    select
        item,
        'revealed advantage' as figure,
        rca as found,
        expected_rca as expected
    from advantages
    union all
    select
        item,
        'symmetric advantage' as figure,
        {{ symmetric_index('rca') }} as found,
        expected_rsca as expected
    from advantages
    union all
    select
        'A 2019 to 2021' as item,
        'geometric mean' as figure,
        mean_ratio as found,
        1.5536 as expected
    from average
    union all
    select
        'A 2019 to 2021' as item,
        'mean of the inverse' as figure,
        1 / mean_of_inverse as found,
        1.5536 as expected
    from average
    union all
    -- Why years are averaged so: other means depend on what is on top.
    select
        'A 2019 to 2021' as item,
        'arithmetic mean' as figure,
        arithmetic_mean as found,
        1.5833 as expected
    from average
    union all
    select
        'A 2019 to 2021' as item,
        'arithmetic mean of the inverse' as figure,
        arithmetic_mean_of_inverse as found,
        0.6556 as expected
    from average
    union all
    select
        'A 2019 to 2021' as item,
        'harmonic mean' as figure,
        1 / arithmetic_mean_of_inverse as found,
        1.5254 as expected
    from average
)

select * from compared
where
    (found is null) <> (expected is null)
    or abs(found - expected) > 0.00005 + 1e-9
