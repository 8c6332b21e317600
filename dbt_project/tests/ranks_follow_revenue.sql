-- A house misprints a rank or two; a ranking with more is another year's, or shifted.
select
    ranking_id,
    count(*) as contradicted
from {{ ref('int_ranking_places') }}
where place_state <> 'consistent'
group by ranking_id
having count(*) > 3
