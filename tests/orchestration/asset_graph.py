"""The asset graph in words, one line an asset: what is compared with the snapshot.

python -m tests.orchestration.asset_graph > tests/orchestration/asset_graph.txt
"""

import sys
import tempfile
from pathlib import Path

import dagster as dg

from orchestration import definitions
from orchestration.settings import Settings


def told(found: dg.Definitions) -> str:
    """Assets with group, inputs and checks; then jobs, schedules and sensors."""
    graph = found.resolve_asset_graph()
    lines = []
    for key in sorted(graph.materializable_asset_keys):
        node = graph.get(key)
        inputs = ", ".join(".".join(p.path) for p in sorted(node.parent_keys)) or "-"
        specs = [graph.get_check_spec(k) for k in node.check_keys]
        others = sorted(spec.name for spec in specs if not spec.blocking)
        checks = f"{len(specs)} checks, not blocking: {', '.join(others) or 'none'}"
        when = node.automation_condition or "by the job"
        name = ".".join(key.path)
        lines.append(f"{name} [{node.group_name}] from {inputs}; {checks}; {when}")
    lines += [f"job {job.name}" for job in found.jobs or ()]
    for schedule in found.schedules or ():
        lines.append(f"schedule {schedule.name} runs {schedule.job_name}")
    lines += [f"sensor {sensor.name}" for sensor in found.sensors or ()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the graph of the default installation."""
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(told(definitions.build(Settings(data=Path(folder)))))


if __name__ == "__main__":
    main()
