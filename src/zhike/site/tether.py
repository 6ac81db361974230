"""Run a command that dies with its parent: ``python tether.py PARENT_PID COMMAND…``.

The kernel sends SIGTERM to the command when the supervisor goes away for whatever reason, kill -9
included. A separate small program does this because code between fork and exec is unsafe in a
process that has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie this process to ``arguments[0]`` and become the command in ``arguments[1:]``."""
    parent = int(arguments[0])
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the tie was made
        raise SystemExit(1)
    os.execvp(arguments[1], arguments[1:])  # noqa: S606 - our own command line, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
