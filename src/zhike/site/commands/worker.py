"""后台任务 Run background jobs until stopped; a running job is finished first."""

import argparse
from typing import Any

HELP = "运行后台任务 run background jobs"
GRACE = 25.0  # seconds a running job gets after SIGTERM; then another worker takes it over


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--concurrency`` and ``--once``."""
    parser.add_argument(
        "--concurrency", type=int, default=2, help="同时运行的任务数 jobs at a time (2)"
    )
    parser.add_argument(
        "--once", action="store_true", help="做完现有任务即退出 end when no job is waiting"
    )


def run(options: argparse.Namespace) -> None:
    """Run the worker in this process."""
    from procrastinate.contrib.django import app

    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(
            concurrency=options.concurrency,
            wait=not options.once,
            shutdown_graceful_timeout=GRACE,
        )
