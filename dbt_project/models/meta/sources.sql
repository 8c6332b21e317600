with payloads as (
    select
        *,
        row_number() over (
            partition by source, resource
            order by published_at desc, retrieved_at desc, payload_sha256 desc
        ) as recency
    from {{ source('raw', 'payloads') }}
),

-- The oldest publication each file holds: before it the source is unknown, not empty.
publications as (
    select
        payload_sha256,
        min(published_from) as known_from
    from {{ source('raw', 'publications') }}
    group by payload_sha256
),

newest as (
    select
        payloads.source,
        payloads.resource,
        payloads.publisher_en,
        payloads.publisher_zh,
        payloads.title_en,
        payloads.title_zh,
        payloads.url,
        payloads.licence_en,
        payloads.licence_zh,
        payloads.licence_url,
        payloads.attribution_en,
        payloads.attribution_zh,
        payloads.accessed_on,
        payloads.unit,
        payloads.coverage,
        payloads.compiled_from,
        payloads.payload_sha256,
        payloads.row_count,
        publications.known_from,
        case
            {% if var('as_of') -%}
            when publications.known_from > {{ as_of() }} then 'vintage_unknown'
            {% endif -%}
            when publications.known_from is null then 'vintage_unknown'
            else 'available'
        end as as_of_state
    from payloads
    left join publications on payloads.payload_sha256 = publications.payload_sha256
    where payloads.recency = 1
)

select * from newest
order by source, resource
