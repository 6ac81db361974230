"""Keeps the children of ``zhike run`` alive, and ends them all when it ends.

A child that dies is started again, at once the first time and then ever more slowly. SIGINT and
SIGTERM stop everything; a second signal does not wait for running jobs. Each child leads its own
process group, so that what a killed child leaves behind is cleared before it is started again.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from zhike.site.console import complain

TETHER = Path(__file__).with_name("tether.py")
POLL = 0.1
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
STEADY = 30.0  # a child that lived this long starts again at once
HOPELESS = 6  # starts in a row, none of them steady, after which we give up


@dataclass
class Child:
    """One supervised command. ``patience`` is how long it may take to stop, in seconds."""

    name: str
    command: Sequence[str]
    patience: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start the command, tied to this process."""
        tie = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid())]
        self.process = subprocess.Popen(  # noqa: S603
            [*tie, *self.command],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started = time.monotonic()

    def alive(self) -> bool:
        """Whether the command runs; reaps it when it does not."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the command itself."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def sweep(self) -> None:
        """Kill what is left of the command's process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def schedule(self, now: float) -> None:
        """Decide when the dead command is started again."""
        self.sweep()
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_PAUSE)
        self.next_start = now + pause
        self.process = None


class Supervisor:
    """Runs ``children`` until it is told to stop.

    ``keep`` is called about once a second; it brings back what is not a child, the database server.
    """

    def __init__(self, children: Sequence[Child], keep: Callable[[], object] | None = None) -> None:
        self.children = list(children)
        self._keep = keep
        self._signals = 0

    def request_stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Signal handler: stop; the second time, without waiting for running jobs."""
        self._signals += 1

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._signals > 0

    def start(self) -> None:
        """Install the signal handlers and start all children."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.request_stop)
        for child in self.children:
            if not self.stopping:
                child.start()

    def watch(self, until: Callable[[], bool] | None = None) -> bool:
        """Keep the children alive until a stop is asked for or ``until`` is true.

        Returns:
            False when a child never came up, so that going on is hopeless.
        """
        checked = 0.0
        while not self.stopping and not (until and until()):
            now = time.monotonic()
            if self._keep and now - checked > 1.0:
                checked = now
                self._keep_database()
            for child in self.children:
                if not self._tend(child, now):
                    return False
            time.sleep(POLL)
        return True

    def stop(self) -> None:
        """End all children: gently, within each one's patience, then by force."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        begin = time.monotonic()
        patient = self._signals
        waiting = [child for child in self.children if child.alive()]
        while waiting and self._signals <= max(patient, 1):
            waited = time.monotonic() - begin
            waiting = [child for child in waiting if child.alive() and waited < child.patience]
            time.sleep(POLL / 5)
        for child in self.children:
            child.sweep()
            if child.process is not None:
                child.process.wait()

    def _tend(self, child: Child, now: float) -> bool:
        if child.alive():
            return True
        if child.process is not None:
            code = child.process.returncode
            child.schedule(now)
            complain(f"{child.name} 已退出 (ended), {code}; 重新启动 (starting again)")
        if child.failures >= HOPELESS:
            complain(f"{child.name} 一直无法启动，停止 (never came up, giving up)")
            return False
        if now >= child.next_start:
            child.start()
        return True

    def _keep_database(self) -> None:
        try:
            assert self._keep is not None  # noqa: S101 - the caller looked
            self._keep()
        except Exception as error:
            complain(f"数据库 (database): {error}")
