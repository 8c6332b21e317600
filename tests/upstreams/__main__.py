"""Serve a simulated world by hand: `python -m tests.upstreams --port 8765`."""

import argparse
import contextlib
import sys
import threading

from tests.upstreams.script import YEAR, play
from tests.upstreams.server import running
from tests.upstreams.world import World


def main() -> None:
    """Serve until Ctrl-C, playing the scripted year if asked to."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.upstreams", description=__doc__
    )
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up numbers")
    parser.add_argument("--script", action="store_true", help="play the scripted year")
    parser.add_argument(
        "--seconds", type=float, default=30, help="between the steps of the script"
    )
    options = parser.parse_args()
    world, forever = World(seed=options.seed), threading.Event()
    with contextlib.suppress(KeyboardInterrupt), running(world, options.port) as base:
        print(f"simulated publishers: {base}/  (Ctrl-C stops)", flush=True)  # noqa: T201
        for step in YEAR if options.script else ():
            play(world, step)
            print(f"{step.day}: {step.note}", flush=True)  # noqa: T201
            forever.wait(options.seconds)
        forever.wait()


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"the port cannot be opened, give another with --port: {error}")
