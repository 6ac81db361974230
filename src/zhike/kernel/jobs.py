"""Jobs: reactions to events and scheduled work, in PostgreSQL, committed with the data.

Procrastinate runs them. Every job may run twice (a killed worker's job is retried by another), so
bodies are idempotent. One job handles a batch, never one row of many.
"""

import functools
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from zhike.kernel import automation
from zhike.kernel.events import flow_of
from zhike.kernel.registry import registry

log = logging.getLogger(__name__)

STALLED_SECONDS = 20
RETENTION_HOURS = 24 * 14
RETRIES = RetryStrategy(max_attempts=5, exponential_wait=3)


def job(name: str, *, queue: str = "default", lock: str | None = None) -> Callable[..., Any]:
    """Declare a function as a job; ``.defer(**plain_values)`` on the result queues it.

    Args:
        lock: jobs with the same lock run one after the other, and only one waits at a time.
    """

    def register(function: Callable[..., Any]) -> Any:
        automation.declare(name, "job")

        @functools.wraps(function)
        def run(*args: Any, **values: Any) -> Any:
            with automation.run(name):
                return function(*args, **values)

        return app.task(name=name, queue=queue, retry=RETRIES, lock=lock)(run)

    return register


def defer(name: str, **values: Any) -> None:
    """Queue a declared job by name in this transaction: how an action starts work below itself."""
    app.configure_task(name).defer(**values)


def every(cron: str, name: str) -> Callable[..., Any]:
    """Declare scheduled work: a function of no arguments, run at the cron times (local time)."""

    def register(function: Callable[[], None]) -> Any:
        def run(timestamp: int) -> None:  # noqa: ARG001  (Procrastinate passes the tick)
            with automation.run(name):
                function()

        automation.declare(name, "schedule", cron)
        run.__doc__ = function.__doc__
        task = app.task(name=name, queueing_lock=name, retry=RETRIES, pass_context=False)(run)
        return app.periodic(cron=cron)(task)

    return register


def defer_handlers(events: Iterable[tuple[str, int]]) -> None:
    """Defer one job per (event name, row id) that somebody reacts to, in this transaction."""
    wanted: list[dict[str, Any]] = [
        {"event_id": pk} for name, pk in events if registry.handlers.get(name)
    ]
    if wanted:
        handle_event.batch_defer(*wanted)


@app.task(name="kernel.handle_event", queue="events", retry=RETRIES)
def handle_event(event_id: int) -> None:
    """Run every reaction to one stored event."""
    from zhike.kernel.models import EventRow

    row = EventRow.objects.get(pk=event_id)
    event = registry.events[row.name].load(row.payload)
    for handler in registry.handlers.get(row.name, []):
        with transaction.atomic(), automation.run(flow_of(handler)):
            handler(event)


@app.periodic(cron="* * * * * */10")
@app.task(name="kernel.retry_stalled", queueing_lock="kernel.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Hand the jobs of a dead worker to the living; also notes that this worker lives."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("retrying stalled job %s (%s)", stalled.id, stalled.task_name)
        await manager.retry_job(stalled)
    await _beat()


async def _beat() -> None:
    from zhike.kernel.models import WorkerBeat

    await WorkerBeat.objects.aupdate_or_create(pk=1, defaults={"seen_at": timezone.now()})


@app.periodic(cron="17 3 * * *")
@app.task(name="kernel.forget_finished", queueing_lock="kernel.forget_finished", pass_context=True)
async def forget_finished(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Delete finished jobs and answered requests after two weeks."""
    await context.app.job_manager.delete_old_jobs(nb_hours=RETENTION_HOURS, include_failed=False)
    from datetime import timedelta

    from zhike.kernel.models import AnsweredRequest

    limit = timezone.now() - timedelta(hours=RETENTION_HOURS)
    await AnsweredRequest.objects.filter(created_at__lt=limit).adelete()


@every("40 3 * * *", "kernel.compute_metrics")
def compute_metrics() -> None:
    """Keep the day's value of every metric."""
    from zhike.kernel.metric_store import compute

    compute()
