"""Work on two cores: while the database writes or searches for one portion, Python has another."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.utils import translation

TURN = 0.001  # seconds that a thread computes while one with data for the database waits


@contextmanager
def in_threads(count: int) -> Iterator[Callable[..., None]]:
    """Offer ``submit(function, *args)`` to threads with database connections of their own.

    They speak the language of the caller. ``submit`` waits while more than ``count`` calls are
    open; the first error ends all.
    """
    waiting: deque[Future[Any]] = deque()
    language = translation.get_language()

    def call(function: Callable[..., Any], *args: Any) -> None:
        try:
            with translation.override(language):
                function(*args)
        finally:
            connections.close_all()

    turn = sys.getswitchinterval()
    sys.setswitchinterval(min(turn, TURN))
    try:
        with ThreadPoolExecutor(count, thread_name_prefix="import") as pool:

            def submit(function: Callable[..., Any], *args: Any) -> None:
                if len(waiting) > count:
                    waiting.popleft().result()
                waiting.append(pool.submit(call, function, *args))

            yield submit
            while waiting:
                waiting.popleft().result()
    finally:
        sys.setswitchinterval(turn)
