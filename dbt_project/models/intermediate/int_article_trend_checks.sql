-- Statements that join two of the article's ratios ('R5 R4') are as good as both are.
with joined as (
    select
        claims.claim_id,
        count(*) as ratios,
        count(case when checks.replication_status = 'reproduced' then 1 end)
            as reproduced,
        count(case when checks.replication_status = 'differs' then 1 end) as differing,
        max(case when checks.data_year = claims.data_year then checks.our_value end)
            as our_value,
        max(checks.our_year) as our_year,
        max(checks.our_source) as our_source,
        max(checks.published_on) as published_on
    from {{ ref('int_article_claims') }} as claims
    inner join {{ ref('int_article_ratio_checks') }} as checks
        on ' ' || claims.told_by || ' ' like '% ' || checks.claim_id || ' %'
    where claims.told_by like 'R% R%'
    group by claims.claim_id
),

checks as (
    select
        claim_id,
        our_value,
        our_year,
        case when differing > 0 then 'differs' else 'reproduced' end
            as replication_status,
        case when differing > 0 then 'its_ratios_differ' else 'its_ratios_agree' end
            as reason_code,
        cast(null as string) as reason_values,
        our_source,
        published_on
    from joined
    where differing > 0 or reproduced = ratios
)

select * from checks
