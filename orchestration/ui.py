"""`make ui`: the Dagster UI on loopback and the daemon that runs the schedule."""

import signal
import subprocess
import sys
from pathlib import Path

from orchestration.resources import current_settings, prepare_environment
from orchestration.settings import CHECKOUT

_HOST, _PORT = "127.0.0.1", "3000"


def main() -> int:
    """Start both, wait for either to end or for Ctrl-C, stop both."""
    prepare_environment(current_settings())
    bin_folder = Path(sys.executable).parent
    commands = (
        ["dagster-webserver", "-h", _HOST, "-p", _PORT, "-w", "workspace.yaml"],
        ["dagster-daemon", "run", "-w", "workspace.yaml"],
    )
    print(f"Dagster UI: http://{_HOST}:{_PORT}  (Ctrl-C stops it)")
    started = [
        subprocess.Popen([bin_folder / command[0], *command[1:]], cwd=CHECKOUT)
        for command in commands
    ]
    try:
        return started[0].wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in started:
            process.send_signal(signal.SIGINT)
        for process in started:
            process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
