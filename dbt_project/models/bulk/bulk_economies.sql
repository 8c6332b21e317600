{{ config(materialized='table') }}

select
    hs_revision,
    reporter_code,
    economy_code,
    economy_name
from {{ ref('stg_bulk__economies') }}
order by hs_revision, reporter_code
