"""Which processes are really a PostgreSQL of ours: read from ``/proc``, never from a bare PID.

A PID in ``postmaster.pid`` proves nothing: after a container restart it usually belongs to somebody
else, and a zombie keeps its number. The running program and its working directory do not lie.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    """What ``postmaster.pid`` says: process, socket directory, port, state of the server."""

    pid: int
    port: int
    socket_directory: Path
    status: str

    @property
    def ready(self) -> bool:
        """Whether the server accepts connections (line 8 of the file)."""
        return self.status == "ready"


def read_pid_file(data: Path) -> Postmaster | None:
    """The content of ``postmaster.pid``; None when it is absent or not yet fully written."""
    with suppress(OSError, ValueError, IndexError):
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        status = lines[7].strip() if len(lines) > 7 else "starting"
        return Postmaster(int(lines[0]), int(lines[3]), Path(lines[4]), status)
    return None


def running_postmaster(data: Path) -> Postmaster | None:
    """The live postmaster of this data directory, ready or not; None for stale files."""
    found = read_pid_file(data)
    return found if found and serves(found.pid, data) else None


def serves(pid: int, data: Path) -> bool:
    """Whether ``pid`` is a living ``postgres`` that works in ``data`` (a zombie is not)."""
    try:
        program = (PROC / str(pid) / "exe").readlink().name
        directory = (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return False
    # The kernel appends " (deleted)" when the environment was rebuilt under a running server.
    return program.removesuffix(" (deleted)") == "postgres" and directory == data.resolve()


def all_serving(data: Path) -> list[int]:
    """PIDs of every ``postgres`` process of this data directory, orphaned backends included."""
    numbers = (int(path.name) for path in PROC.iterdir() if path.name.isdigit())
    return [pid for pid in numbers if serves(pid, data)]
