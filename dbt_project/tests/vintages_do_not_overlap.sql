-- At any moment at most one figure stands for a series and period.
with ordered as (
    select
        series_id,
        period,
        published_from,
        published_to,
        lead(published_from) over (
            partition by series_id, period order by published_from
        ) as next_published_from
    from {{ ref('balance_ratio_vintages') }}
)

select * from ordered
where
    published_to <= published_from
    or next_published_from < coalesce(published_to, timestamp '9999-12-31 00:00:00')
