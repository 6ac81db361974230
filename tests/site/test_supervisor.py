"""The supervisor with real processes: restart, stop, and children that never outlive it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.product import free_port, wait_for
from zhike.site.supervisor import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
]
LONELY = f"""
from zhike.site.supervisor import Child, Supervisor
supervisor = Supervisor([Child("sleeper", {SLEEPER!r})])
supervisor.start()
print(supervisor.children[0].process.pid, flush=True)
supervisor.watch()
supervisor.stop()
"""


@pytest.fixture(autouse=True)
def _signal_handlers_come_back():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def gone(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def wait_until(condition, limit: float = 20.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


@pytest.fixture
def lonely():
    """A supervisor in a process of its own; gives the process and its child's pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", LONELY],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    yield process, int(process.stdout.readline())
    process.kill()
    process.communicate()


def test_a_killed_child_is_started_again():
    supervisor = Supervisor([Child("sleeper", SLEEPER)])
    supervisor.start()
    child = supervisor.children[0]
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    assert supervisor.watch(until=lambda: child.alive() and child.process.pid != first)
    supervisor.stop()
    assert not child.alive()


def test_a_child_that_never_comes_up_ends_the_attempt():
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"], failures=5)
    supervisor = Supervisor([child])
    supervisor.start()
    assert supervisor.watch() is False
    supervisor.stop()


def test_pauses_between_starts_grow_but_not_for_ever():
    child = Child("any", SLEEPER)
    pauses = []
    for _ in range(10):
        child.started = 1000.0
        child.schedule(now=1001.0)
        pauses.append(child.next_start - 1001.0)
    assert pauses[:4] == [0.0, 1.0, 2.0, 4.0]
    assert max(pauses) == 30.0


def test_a_child_that_does_not_listen_is_killed_when_patience_ends():
    supervisor = Supervisor([Child("stubborn", STUBBORN, patience=0.5)])
    supervisor.start()
    pid = supervisor.children[0].process.pid
    time.sleep(1.0)
    begin = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begin < 5
    assert gone(pid)


def test_sigterm_stops_supervisor_and_child(lonely):
    process, child = lonely
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert gone(child)


def test_a_killed_supervisor_takes_its_children_along(lonely):
    process, child = lonely
    wait_until(lambda: b"600" in Path(f"/proc/{child}/cmdline").read_bytes())
    process.kill()
    process.wait()
    wait_until(lambda: gone(child))


@pytest.fixture
def whole(home: Path):
    """``zhike run`` with its own embedded database; gives process and address."""
    port = free_port()
    variables = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    variables |= {"DJANGO_SETTINGS_MODULE": "zhike.site.settings", "PYTHONPATH": "src"}
    variables |= {"ZHIKE_HOME": str(home), "ZHIKE_PORT": str(port), "ZHIKE_DEMO": "0"}
    log = (home / "run.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "zhike.site.cli", "run"], env=variables, stdout=log, stderr=log
    )
    log.close()
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def test_run_brings_everything_up_survives_kills_and_stops(whole, home: Path):
    process, url = whole
    wait_for(url, limit=120)
    wait_until(lambda: url in (home / "run.log").read_text())
    postmaster = int((home / "postgres/data/postmaster.pid").read_text().split()[0])
    children = [int(pid) for pid in _children(process.pid)]
    for pid in {postmaster, *children}:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(set(_children(process.pid)) - {str(pid) for pid in children}) >= 3)
    wait_for(url, limit=60)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert time.monotonic() - begin < 10  # about half a second on an idle machine
    assert not (home / "postgres/data/postmaster.pid").exists()
    assert "已停止" in (home / "run.log").read_text()


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_taken_port_is_said_before_anything_starts(home: Path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        variables = {**os.environ, "ZHIKE_PORT": str(taken.getsockname()[1]), "PYTHONPATH": "src"}
        variables |= {"ZHIKE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhike.site.settings"}
        done = subprocess.run(
            [sys.executable, "-m", "zhike.site.cli", "run"],
            env=variables,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert "ZHIKE_PORT" in done.stderr
    assert "Traceback" not in done.stderr
