with anomalies as (
    select * from {{ ref('int_ranking_anomalies') }}
),

caused as (
    select
        anomalies.*,
        case
            when shifts.ranking_id is not null then 'shifted_column' else 'misprint'
        end as anomaly_cause
    from anomalies
    left join {{ ref('int_ranking_shifts') }} as shifts
        on
            anomalies.ranking_id = shifts.ranking_id
            and anomalies.company_printed = shifts.company_printed
            and anomalies.anomaly_kind = shifts.anomaly_kind
),

labelled as (
    select
        caused.ranking_id,
        caused.ranking_series,
        caused.release_status,
        caused.data_year,
        caused.company_printed,
        caused.anomaly_kind,
        kinds.label_en as anomaly_en,
        kinds.label_zh as anomaly_zh,
        caused.printed_value,
        caused.recomputed_value,
        case
            when caused.anomaly_kind in ('implied_market', 'share', 'growth')
                then 'per_cent'
            when caused.anomaly_kind = 'market_sum' then 'usd_millions'
            else 'rank'
        end as value_unit,
        caused.anomaly_cause,
        causes.label_en as anomaly_cause_en,
        causes.label_zh as anomaly_cause_zh,
        caused.note
    from caused
    inner join {{ ref('ranking_labels') }} as kinds
        on
            kinds.label_kind = 'anomaly_kind'
            and caused.anomaly_kind = kinds.code
    inner join {{ ref('ranking_labels') }} as causes
        on
            causes.label_kind = 'anomaly_cause'
            and caused.anomaly_cause = causes.code
)

select * from labelled
order by ranking_series, data_year, ranking_id, company_printed, anomaly_kind
