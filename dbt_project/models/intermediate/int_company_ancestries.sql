-- Every company with every company whose chip business went into it, through one to
-- three steps: nec -> nec_electronics -> renesas. A way with a merger in it is a
-- merger; a way of spin-offs alone is a split.
with steps as (
    select
        predecessor_id,
        successor_id,
        lineage_kind,
        effective_year as first_year,
        effective_year as last_year,
        is_whole_business,
        1 as steps
    from {{ ref('company_lineage') }}
),

two as (
    select
        first_step.predecessor_id,
        second_step.successor_id,
        case
            when 'merge' in (first_step.lineage_kind, second_step.lineage_kind)
                then 'merge'
            else 'spin_off'
        end as lineage_kind,
        first_step.first_year,
        second_step.last_year,
        first_step.is_whole_business and second_step.is_whole_business
            as is_whole_business,
        2 as steps
    from steps as first_step
    inner join steps as second_step
        on
            first_step.successor_id = second_step.predecessor_id
            and first_step.last_year <= second_step.first_year
),

three as (
    select
        two.predecessor_id,
        steps.successor_id,
        case
            when 'merge' in (two.lineage_kind, steps.lineage_kind) then 'merge'
            else 'spin_off'
        end as lineage_kind,
        two.first_year,
        steps.last_year,
        two.is_whole_business and steps.is_whole_business as is_whole_business,
        3 as steps
    from two
    inner join steps
        on
            two.successor_id = steps.predecessor_id
            and two.last_year <= steps.first_year
),

ancestries as (
    select * from steps
    union all
    select * from two
    union all
    select * from three
)

select * from ancestries
