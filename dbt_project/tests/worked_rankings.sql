-- The made-up rankings with which the measures were specified, to four decimals: a
-- market of 500, then of 1,000. Lists the figures that come out otherwise. How firms
-- are matched across the two is in the models' unit tests. The formulas are those of:
-- depends_on: {{ ref('ranking_concentration') }}
{%- set firms = [
    ('Y1', 500, 'P', 'JPN', 100), ('Y1', 500, 'Q', 'USA', 80), ('Y1', 500, 'R', 'JPN', 60),
    ('Y1', 500, 'S', 'KOR', 40), ('Y1', 500, 'T', 'USA', 20), ('Y2', 1000, 'Q', 'USA', 180),
    ('Y2', 1000, 'S2', 'KOR', 120), ('Y2', 1000, 'U', 'JPN', 90),
    ('Y2', 1000, 'V', 'TWN', 60), ('Y2', 1000, 'T', 'USA', 50),
] %}
{%- set measures = [
    ('Y1', 'share of market', 60.0), ('Y1', 'gini', 0.2667),
    ('Y1', 'gini corrected', 0.3333), ('Y1', 'hhi within', 2444.4444),
    ('Y1', 'hhi floor', 880.0), ('Y1', 'hhi upper bound', 1040.0),
    ('Y2', 'share of market', 50.0), ('Y2', 'gini', 0.256),
    ('Y2', 'gini corrected', 0.32), ('Y2', 'hhi within', 2440.0),
    ('Y2', 'hhi floor', 610.0), ('Y2', 'hhi upper bound', 860.0),
    ('Y1 JPN', 'share of list', 53.3333), ('Y1 JPN', 'share of market', 32.0),
    ('Y1 USA', 'share of list', 33.3333), ('Y1 USA', 'share of market', 20.0),
    ('Y1 KOR', 'share of list', 13.3333), ('Y1 KOR', 'share of market', 8.0),
    ('Y2 USA', 'share of list', 46.0), ('Y2 USA', 'share of market', 23.0),
    ('Y2 KOR', 'share of list', 24.0), ('Y2 KOR', 'share of market', 12.0),
    ('Y2 JPN', 'share of list', 18.0), ('Y2 JPN', 'share of market', 9.0),
    ('Y2 TWN', 'share of list', 12.0), ('Y2 TWN', 'share of market', 6.0),
    ('P and R', 'share of market', 32.0), ('P and R to U', 'change of share', -1.2685),
    ('43.22 at 8.0 %', 'market', 540.25), ('43.22 at 8.0 %', 'market low', 536.8944),
    ('43.22 at 8.0 %', 'market high', 543.6478),
] %}

with firms as (
    {% for year, market, firm, country, revenue in firms %}
    select
        '{{ year }}' as data_year,
        '{{ firm }}' as firm,
        '{{ country }}' as country,
        cast({{ revenue }} as double) as revenue,
        {{ share_pct(revenue, market) }} as market_share,
        cast({{ market }} as double) as market
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

placed as (
    select
        *,
        row_number() over (partition by data_year order by revenue, firm) as place
    from firms
),

years as (
    select
        data_year,
        {{ share_pct('sum(revenue)', 'max(market)') }} as market_share,
        {{ gini('revenue', 'place') }} as gini,
        {{ hhi_within('revenue') }} as hhi_within,
        {{ hhi_floor('market_share') }} as hhi_floor,
        {{ hhi_upper_bound('market_share') }} as hhi_upper_bound,
        count(*) as firms,
        sum(revenue) as revenue
    from placed
    group by data_year
),

countries as (
    select
        firms.data_year || ' ' || firms.country as item,
        {{ share_pct('sum(firms.revenue)', 'max(years.revenue)') }} as list_share,
        {{ share_pct('sum(firms.revenue)', 'max(firms.market)') }} as market_share
    from firms
    inner join years on firms.data_year = years.data_year
    group by firms.data_year, firms.country
),

-- Pro forma P and R are one firm in the first year: U of the second.
joined as (
    select
        {{ share_pct("sum(case when firm in ('P', 'R') then revenue end)", '500') }}
            as first_share,
        {{ share_pct("sum(case when firm = 'U' then revenue end)", '1000') }}
            as second_share
    from firms
),

found as (
    {% for measure in ['gini', 'hhi_within', 'hhi_floor', 'hhi_upper_bound'] %}
    select
        data_year as item,
        '{{ measure | replace("_", " ") }}' as figure,
        {{ measure }} as found
    from years
    union all
    {% endfor %}
    select
        data_year as item,
        'gini corrected' as figure,
        {{ gini_corrected('gini', 'firms') }} as found
    from years
    union all
    select
        data_year as item,
        'share of market' as figure,
        market_share as found
    from years
    union all
    select
        item,
        'share of list' as figure,
        list_share as found
    from countries
    union all
    select
        item,
        'share of market' as figure,
        market_share as found
    from countries
    union all
    select
        'P and R' as item,
        'share of market' as figure,
        first_share as found
    from joined
    union all
    select
        'P and R to U' as item,
        'change of share' as figure,
        {{ log_change('second_share', 'first_share') }} as found
    from joined
    union all
    select
        '43.22 at 8.0 %' as item,
        'market' as figure,
        43.22 / 8.0 * 100 as found
    union all
    select
        '43.22 at 8.0 %' as item,
        'market low' as figure,
        {{ market_low('43.22', '0', '8.0') }} as found
    union all
    select
        '43.22 at 8.0 %' as item,
        'market high' as figure,
        {{ market_high('43.22', '0', '8.0') }} as found
),

expected as (
    {% for item, figure, value in measures %}
    select
        '{{ item }}' as item,
        '{{ figure }}' as figure,
        cast({{ value }} as double) as expected
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    coalesce(found.item, expected.item) as item,
    coalesce(found.figure, expected.figure) as figure,
    found.found,
    expected.expected
from expected
full outer join found
    on expected.item = found.item and expected.figure = found.figure
where
    found.found is null
    or expected.expected is null
    or abs(found.found - expected.expected) > 0.00005 + 1e-9
