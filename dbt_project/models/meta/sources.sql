with payloads as (
    select
        *,
        row_number() over (
            partition by source, resource
            order by published_at desc, retrieved_at desc, payload_sha256 desc
        ) as recency
    from {{ source('raw', 'payloads') }}
),

newest as (
    select
        source,
        resource,
        publisher_en,
        publisher_zh,
        title_en,
        title_zh,
        url,
        licence,
        licence_url,
        attribution,
        accessed_on,
        unit,
        coverage,
        compiled_from,
        payload_sha256,
        row_count
    from payloads
    where recency = 1
)

select * from newest
