"""The questions asked of two published files, the earlier attached as `previous`."""

_GOODS = """
select '{stage}' as stage, series_id, period_kind, period, period_end_date,
    balance_ratio, cast(log_ratio as decimal(18, 12)) as log_ratio, published_on,
    economy_code, product_set as subject, definition
from {goods} where period_kind in ('annual', 'monthly') and log_ratio is not null
"""
_TECHNOLOGY = """
select '{stage}', series_id, 'annual', period, period_end_date,
    balance_ratio, cast(log_ratio as decimal(18, 12)), published_on,
    economy_code, industry, definition
from {technology} where log_ratio is not null
"""
_LEVELS = """
select '{stage}' as stage, series_id, period, ratio_level
from {catalog}marts.typology_cells
where threshold_set = 'article_fit' and smoothing_years = 1
"""


def points(is_same_code: bool) -> str:
    """Return the statement that lays out every ratio of three stages in a table.

    `old` is the earlier file; `bridge` what was published by then under the method of
    now, which is the same where the method is; `new` the file of now.
    """
    old = ("previous.marts.balance_ratios", "previous.marts.technology_balances")
    new = ("marts.balance_ratios", "marts.technology_balances")
    bridge = old
    if not is_same_code:
        moment = "(getvariable('moment'))"
        bridge = (f"{new[0]}_as_of{moment}", f"{new[1]}_as_of{moment}")
    stages = {"old": old, "bridge": bridge, "new": new}
    parts = [
        part.format(stage=stage, goods=goods, technology=technology)
        for stage, (goods, technology) in stages.items()
        for part in (_GOODS, _TECHNOLOGY)
    ]
    return "create or replace temp table points as " + " union all ".join(parts)


def levels(is_in_previous: bool) -> str:
    """Return the statement that lays out the level of every ratio, then and now."""
    parts = [_LEVELS.format(stage="new", catalog="")]
    if is_in_previous:
        parts.append(_LEVELS.format(stage="old", catalog="previous."))
    return "create or replace temp table levels as " + " union all ".join(parts)


IS_SAME_CODE = """
select (select max(code_sha256) from previous.ops.build)
    is not distinct from (select max(code_sha256) from ops.build) as is_same
"""

SINCE = "select max(published_at) as moment from previous.ops.publication"

# What had been published by the earlier version but was read only after it.
READ_LATE = """
select count(*) as late from raw.payloads
where published_at <= $moment and payload_sha256 not in (
    select payload_sha256 from previous.raw.payloads
)
"""

CHANGED = """
with pairs as (
    select coalesce(after.series_id, before.series_id) as series_id,
        coalesce(after.period, before.period) as period,
        before.balance_ratio as old, after.balance_ratio as new,
        after.log_ratio - before.log_ratio as change, after.log_ratio as new_log,
        before.published_on as old_published_on,
        after.published_on as new_published_on,
        before.series_id is null as is_new,
        after.economy_code, after.subject, after.definition, after.period_end_date
    from (from points where stage = $after) as after
    left join (from points where stage = $before) as before using (series_id, period)
)
select pairs.*, count(*) over () as changed,
    coalesce(levels_then.ratio_level, '') as old_level,
    coalesce(levels_now.ratio_level, '') as new_level,
    coalesce(economies.name_{suffix}, pairs.economy_code) as economy_name,
    coalesce(sets.name_{suffix}, industries.name_{suffix}, pairs.subject)
        as subject_name,
    coalesce(definitions.name_{suffix}, pairs.definition) as definition_name
from pairs
left join marts.economies using (economy_code)
left join marts.product_sets as sets on pairs.subject = sets.product_set
left join marts.technology_industries as industries
    on pairs.subject = industries.industry
left join marts.definitions on pairs.definition = definitions.definition
left join levels as levels_then on levels_then.stage = 'old'
    and (levels_then.series_id, levels_then.period) = (pairs.series_id, pairs.period)
left join levels as levels_now on levels_now.stage = 'new'
    and (levels_now.series_id, levels_now.period) = (pairs.series_id, pairs.period)
where case when $is_new then is_new else change <> 0 end
order by case when $is_new then 0 else abs(change) end desc,
    period_end_date desc, series_id, period
limit 5
"""

ATTRIBUTED = """
with picked as (
    select series_id, any_value(economy_code) as economy_code,
        any_value(subject) as product_set,
        max(period) filter (where stage = 'old' and (
            economy_code <> 'TWN' or period <= $old_period)) as old_period,
        max(period) filter (where stage = 'new' and period <= case
            when economy_code = 'TWN' then $new_period else $japan_period end
        ) as new_period
    from points
    join marts.definitions using (definition)
    where comparison_group = 'national_customs' and period_kind = $period_kind
        and (subject = 'ic' or (subject = 'components' and $period_kind = 'annual'))
        and economy_code in ('TWN', 'JPN')
    group by series_id
)
select picked.*,
    old.balance_ratio as old_ratio, new.balance_ratio as new_ratio,
    new.log_ratio - old.log_ratio as total,
    new.log_ratio - coalesce(revised.log_ratio, bridge.log_ratio, old.log_ratio)
        as new_data,
    coalesce(revised.log_ratio, bridge.log_ratio, old.log_ratio)
        - coalesce(bridge.log_ratio, old.log_ratio) as revision,
    bridge.log_ratio - old.log_ratio as method,
    economies.name_{suffix} as economy, sets.name_{suffix} as product
from picked
join points as old on old.stage = 'old'
    and (old.series_id, old.period) = (picked.series_id, picked.old_period)
left join points as bridge on bridge.stage = 'bridge'
    and (bridge.series_id, bridge.period) = (picked.series_id, picked.old_period)
left join points as revised on revised.stage = 'new'
    and (revised.series_id, revised.period) = (picked.series_id, picked.old_period)
join points as new on new.stage = 'new'
    and (new.series_id, new.period) = (picked.series_id, picked.new_period)
left join marts.economies on picked.economy_code = economies.economy_code
left join marts.product_sets as sets on picked.product_set = sets.product_set
order by picked.economy_code <> 'TWN', picked.product_set <> 'ic', picked.series_id
"""

TABLES = """
select distinct table_name from ops.version_changes
where published_at > $since and table_name like 'marts.%' order by all
"""

HYPOTHESES = """
select coalesce(md5(string_agg(hypothesis_sha256, ',' order by hypothesis)), '')
    as digest
from {catalog}marts.trajectory_verdicts
"""

CLASS = """
select evidence_class from {catalog}marts.trajectory_verdicts
where hypothesis = 'goods-confirmatory'
"""
