"""`make up`, `make down`, `make ui`: the servers of one installation on loopback.

    webserver   for operators: everything, on `webserver_port`
    readonly    for analysts: lineage, runs and checks, no button, on `readonly_port`
    daemon      schedules and sensors

`up` leaves them running, each with its process id, time of start and log in
data/service/; `down` ends them; `ui` keeps webserver and daemon in the foreground. As
units of systemd and in containers (deploy/) they need only `prepare`, which makes the
run storage.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from pathlib import Path

from orchestration.errors import OperatorError
from orchestration.resources import (
    alone,
    current_settings,
    environment,
    prepare_environment,
)
from orchestration.settings import CHECKOUT, Settings
from orchestration.whole_files import replace

HOST = "127.0.0.1"
_SECONDS_TO_START, _SECONDS_TO_END = 90, 60


class ServiceError(OperatorError):
    """A server did not start, or does not end."""


def ports(settings: Settings) -> dict[str, int]:
    """The port of every web server, by name."""
    return {"webserver": settings.webserver_port, "readonly": settings.readonly_port}


def commands(settings: Settings) -> dict[str, list[str]]:
    """The command line of every server, by name."""
    found = ports(settings)
    folder = Path(sys.executable).parent
    workspace = ["-w", str(CHECKOUT / "workspace.yaml")]
    web = [sys.executable, "-m", "orchestration.webserver", "-h", HOST, *workspace]
    return {
        "webserver": [*web, "-p", str(found["webserver"])],
        "readonly": [*web, "-p", str(found["readonly"]), "--read-only"],
        "daemon": [str(folder / "dagster-daemon"), "run", *workspace],
    }


def up(settings: Settings) -> dict[str, int]:
    """Start what is not running yet; process ids by name.

    Raises ServiceError naming the log of a server that ended or does not answer.
    """
    with _private(), _only_one(settings):
        _make_run_storage(settings)
        folder = _folder(settings)
        for name, command in commands(settings).items():
            if running(settings, name) is None:
                pid = _start(command, folder / f"{name}.log")
                _note(folder / f"{name}.pid", pid)
        for name, port in ports(settings).items():
            _await_answer(settings, name, port)
        found = {name: running(settings, name) for name in commands(settings)}
    for name, pid in found.items():
        if pid is None:
            raise ServiceError(f"{name} has ended; see {folder / name}.log")
    return {name: pid for name, pid in found.items() if pid}


def prepare(settings: Settings) -> None:
    """Make the run storage where there is none, before servers open it side by side."""
    with _private(), _only_one(settings):
        _make_run_storage(settings)


def _make_run_storage(settings: Settings) -> None:
    """Two that make it at once leave one that none of them can open again."""
    import dagster as dg

    prepare_environment(settings)
    # Runs, and what they say.
    settings.dagster.chmod(0o700)
    with dg.DagsterInstance.get():
        pass


@contextlib.contextmanager
def _private() -> Generator[None]:
    """What is made meanwhile, by what is started too, is this account's alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def _only_one(settings: Settings) -> Generator[None]:
    """Keep others from starting or ending servers. Raises ServiceError."""
    _folder(settings).mkdir(parents=True, exist_ok=True)
    path = _folder(settings) / ".lock"
    said = f"{path}: another command starts or ends servers; try again"
    with alone(path, ServiceError(said), _SECONDS_TO_START):
        yield


def down(settings: Settings) -> list[str]:
    """End every server that is running and wait for it; their names.

    Raises ServiceError if one does not end.
    """
    if not _folder(settings).exists():
        return []
    with _only_one(settings):
        return [name for name in commands(settings) if _end(settings, name)]


def _end(settings: Settings, name: str) -> bool:
    """End a server; whether it was running. Raises ServiceError."""
    pid = running(settings, name)
    if pid is None:
        return False
    # The whole group: each server has children that load the code.
    os.killpg(pid, signal.SIGTERM)
    if not _within(_SECONDS_TO_END, lambda: not running(settings, name)):
        raise ServiceError(f"{name} (process {pid}) does not end")
    (_folder(settings) / f"{name}.pid").unlink(missing_ok=True)
    return True


def _note(file: Path, pid: int) -> None:
    """Write down a server that was started: all of it or nothing."""
    replace(file, f"{pid} {_started_at(pid)}\n".encode())


def running(settings: Settings, name: str) -> int | None:
    """The process id of a server that `up` started and that still runs."""
    file = _folder(settings) / f"{name}.pid"
    try:
        pid, started_at = map(int, file.read_text(encoding="utf-8").split())
    except (OSError, ValueError):
        return None
    # A child that has ended is to be reaped; that of another process is not ours.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    # Process ids are used again: it must be the one that was started.
    return pid if _started_at(pid) == started_at else None


def _started_at(pid: int) -> int | None:
    """When a process began, in the kernel's ticks; None if it has ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = told[told.rindex(")") + 2 :].split()
    return None if fields[0] == "Z" else int(fields[19])


def _start(command: list[str], log: Path) -> int:
    """Start a server in a session of its own, so that it outlives this process."""
    appended = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        command[0],
        command,
        environment(),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), appended, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _folder(settings: Settings) -> Path:
    return settings.data / "service"


def _await_answer(settings: Settings, name: str, port: int) -> None:
    def answers() -> bool:
        if running(settings, name) is None:
            raise ServiceError(
                f"{name} has ended; see {_folder(settings) / name}.log; if port {port} "
                f"is taken, set {name}_port in geese.toml"
            )
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/server_info", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    if not _within(_SECONDS_TO_START, answers):
        raise ServiceError(f"{name} does not answer on {HOST}:{port}")


def _within(seconds: float, holds: Callable[[], object]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.3)
    return False


def ui(settings: Settings) -> int:
    """Webserver and daemon in the foreground, until Ctrl-C or one of them ends."""
    prepare(settings)
    print(f"Dagster UI: http://{HOST}:{settings.webserver_port}  (Ctrl-C stops it)")
    found, names = commands(settings), ("webserver", "daemon")
    with _private():
        started = [subprocess.Popen(found[name], cwd=CHECKOUT) for name in names]
    try:
        return started[0].wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in started:
            process.send_signal(signal.SIGINT)
        for process in started:
            process.wait(timeout=30)


def main(arguments: list[str]) -> int:
    """Run `up`, `down`, `ui` or `prepare` and say what happened."""
    try:
        settings = current_settings()
        if arguments == ["up"]:
            up(settings)
            for name, port in ports(settings).items():
                print(f"{name:10} http://{HOST}:{port}")
            print(f"{'daemon':10} schedules and sensors; logs in {_folder(settings)}")
        elif arguments == ["down"]:
            print(f"ended: {', '.join(down(settings)) or 'nothing was running'}")
        elif arguments == ["ui"]:
            return ui(settings)
        elif arguments == ["prepare"]:
            prepare(settings)
        else:
            said = "python -m orchestration.service up | down | ui | prepare"
            print(said, file=sys.stderr)
            return 2
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
