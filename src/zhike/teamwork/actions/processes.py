"""Publishing a process: not before somebody is accountable for each step (ORG-016)."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.kernel.actions import (
    action,
    archive_record,
    create_record,
    edit_record,
    lock,
    recorded,
    store,
)
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.kernel.records import Record
from zhike.teamwork.events import ProcessPublished
from zhike.teamwork.models import Process, ProcessRole, ProcessStep

R = TypeVar("R", bound=Record)
PUBLISHED = Process.Status.PUBLISHED


@action(
    "teamwork.publish_process",
    on=Process,
    verb="approve",
    title=gettext_lazy("发布"),
    icon="send",
    available=lambda row, _by: row.status != PUBLISHED,
)
def publish_process(row: Process, *, by: Actor) -> Process:
    """Put the process into force.

    Raises:
        Invalid: no step, or steps without an accountable role, each named.
    """
    steps = ProcessStep.unscoped.filter(process=row, archived_at=None).order_by("number")
    if not steps.exists():
        raise Invalid(_("流程还没有步骤，不能发布。"))
    accountable = ProcessRole.unscoped.filter(
        step__in=steps, archived_at=None, part=ProcessRole.Part.ACCOUNTABLE
    )
    missing = steps.exclude(pk__in=accountable.values("step_id"))
    if missing.exists():
        names = "、".join(str(step) for step in missing)
        raise Invalid(_("这些步骤没有负责（A）的角色，不能发布：%s") % names)
    row.status, row.published_on = PUBLISHED, timezone.localdate()
    store(row, by=by, fields=["status", "published_on"])
    emit(ProcessPublished(row.pk), by=by)
    return row


@action(
    "teamwork.revise_process",
    on=Process,
    verb="change",
    title=gettext_lazy("修订"),
    icon="pencil",
    available=lambda row, _by: row.status == PUBLISHED,
)
def revise_process(row: Process, *, by: Actor) -> Process:
    """Take a published process back to a draft; it must be published anew."""
    row.status = Process.Status.DRAFT
    return store(row, by=by, fields=["status"])


def _draft_only(process: Process) -> None:
    if process.status == PUBLISHED:
        raise Conflict(_("流程已发布，请先点“修订”再改步骤与职责。"))


def _process_of(model: type[Any], values: Mapping[str, Any], by: Actor) -> None:
    name = "process" if model is ProcessStep else "step"
    raw = values.get(name)
    parent: Any = Process if model is ProcessStep else ProcessStep
    pk = getattr(raw, "pk", raw)
    row = parent.objects.visible_to(by).filter(pk=pk if str(pk or "").isdigit() else 0).first()
    if row is not None:
        _draft_only(row if isinstance(row, Process) else row.process)


def add_part(model: type[R], values: Mapping[str, Any], *, by: Actor) -> R:
    """Add a step or a responsibility to a draft.

    Raises:
        Conflict: the process is published.
    """
    with recorded(by, f"{model.key()}.create"):
        _process_of(model, values, by)
        return create_record(model, values, by=by)


def edit_part(
    model: type[R],
    target: "R | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> R:
    """Change a step or a responsibility of a draft; both the old and the new process count."""
    with recorded(by, f"{model.key()}.edit"):
        row: Any = lock(model, target, by=by, verb="change")
        _draft_only(row.process if isinstance(row, ProcessStep) else row.step.process)
        _process_of(model, values, by)
        return edit_record(model, int(row.pk), values, by=by, version=version)


def remove_part(
    model: type[R], target: "R | int", *, by: Actor, version: int | None = None, undo: bool = False
) -> R:
    """Take a step or a responsibility out of a draft, or put it back."""
    with recorded(by, f"{model.key()}.archive"):
        row: Any = lock(model, target, by=by, verb="archive")
        _draft_only(row.process if isinstance(row, ProcessStep) else row.step.process)
        return archive_record(model, int(row.pk), by=by, version=version, undo=undo)
