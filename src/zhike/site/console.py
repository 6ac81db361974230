"""Plain lines for the terminal, Chinese first and English after it."""

import sys


class CommandError(Exception):
    """A command cannot do what was asked; the message is for the person at the terminal."""


def say(line: str = "") -> None:
    """Print one line at once, even into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """Print one line on the error stream."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
