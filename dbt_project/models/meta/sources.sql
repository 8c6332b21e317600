-- The oldest publication each payload tells of: before it the source is unknown, not
-- empty.
with publications as (
    select
        payload_sha256,
        min(published_from) as known_from
    from {{ source('raw', 'publications') }}
    group by payload_sha256
),

known as (
    select
        payloads.*,
        publications.known_from
    from {{ source('raw', 'payloads') }} as payloads
    left join publications on payloads.payload_sha256 = publications.payload_sha256
),

-- Seen from an earlier moment, the newest payload is the newest of those known then.
payloads as (
    select
        *,
        min(known_from) over (partition by source, resource) as first_known_from,
        row_number() over (
            partition by source, resource
            order by
                {% if var('as_of') -%}
                case when known_from > {{ as_of() }} then 1 else 0 end,
                {% endif -%}
                published_at desc,
                sequence desc
        ) as recency
    from known
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
        payloads.first_known_from as known_from,
        case
            {% if var('as_of') -%}
            when payloads.first_known_from > {{ as_of() }} then 'vintage_unknown'
            {% endif -%}
            when payloads.first_known_from is null then 'vintage_unknown'
            else 'available'
        end as as_of_state
    from payloads
    where payloads.recency = 1
)

select * from newest
order by source, resource
