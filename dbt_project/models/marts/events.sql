with events as (
    select * from {{ ref('stg_article__events') }}
),

final as (
    select
        event_id,
        event_year,
        event_date,
        date_precision,
        event_en,
        event_zh,
        event_kind as kind,
        article_value,
        cross_check
    from events
)

select * from final
order by event_id
