-- Whatever stands in these marts can be followed to the rows it was made from.
{%- set traced = {
    'balance_ratio_vintages': ['series_id', 'period', 'published_from'],
    'balance_ratios': ['series_id', 'period'],
    'ratio_placements': ['series_id'],
    'company_rankings': ['ranking_id', 'company_printed'],
    'country_shares': [
        'ranking_id', 'foundry_scope', 'country_basis', 'country_code'
    ],
    'rank_deltas': [
        'ranking_series', 'pair_status', 'basis', 'from_year', 'to_year', 'entity'
    ],
    'article_replication': ['claim_id'],
} %}

with mart_rows as (
    {% for mart, key in traced.items() %}
    select
        'marts.{{ mart }}' as table_name,
        concat_ws('|', {{ key | join(', ') }}) as row_key
    from {{ ref(mart) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

inputs as (
    select * from {{ ref('row_inputs') }}
)

select mart_rows.*
from mart_rows
left join inputs
    on
        mart_rows.table_name = inputs.table_name
        and mart_rows.row_key = inputs.row_key
where inputs.row_key is null
