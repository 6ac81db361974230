"""Need research: begun, finished with findings, stopped."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.needs.models import Research

Status = Research.Status


def edit_research(
    model: type[Research],
    target: "Research | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Research:
    """Change a plan until it is finished.

    Raises:
        Conflict: it is finished or stopped.
    """
    with recorded(by, "needs.research.edit"):
        row = edit_record(model, target, values, by=by, version=version)
        if row.status in (Status.DONE, Status.STOPPED):
            raise Conflict(_("调研已结束，计划不能再修改。"))
    return row


@action("needs.start_research", on=Research, title=lazy("开始调研"), icon="player-play",
        available=lambda row, by: row.status == Status.PLANNED)  # noqa: ARG005  # fmt: skip
def start_research(row: Research, *, by: Actor) -> Research:
    """Begin."""
    row.status = Status.RUNNING
    return store(row, by=by, fields=["status"])


@action("needs.finish_research", on=Research, title=lazy("完成调研"), icon="circle-check",
        available=lambda row, by: row.status == Status.RUNNING)  # noqa: ARG005  # fmt: skip
def finish_research(
    row: Research,
    *,
    by: Actor,
    answers: Annotated[int, kinds.Integer(lazy("有效样本"), minimum=1, maximum=1_000_000)],
    findings: Annotated[str, kinds.LongText(lazy("调研发现"), max_length=20_000)],
) -> Research:
    """Write down how many answered and what was found (NEED-007).

    Raises:
        Invalid: no findings, or more answers than were asked.
    """
    errors: dict[str, list[str]] = {}
    if not findings.strip():
        errors["findings"] = [_("请写下调研发现。")]
    if answers > row.sample_size:
        message = _("有效样本不能多于样本量 %d。") % row.sample_size
        errors["answers"] = [message]
    if errors:
        raise Invalid(fields=errors)
    row.status, row.answers, row.findings = Status.DONE, answers, findings.strip()
    return store(row, by=by, fields=["status", "answers", "findings"])


@action("needs.stop_research", on=Research, title=lazy("终止调研"), icon="ban", danger=True,
        available=lambda row, by: row.status in (Status.PLANNED, Status.RUNNING))  # noqa: ARG005  # fmt: skip
def stop_research(
    row: Research, *, by: Actor, reason: Annotated[str, kinds.Text(lazy("原因"), max_length=200)]
) -> Research:
    """Give a plan up, saying why.

    Raises:
        Invalid: no reason.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": [_("请写明终止的原因。")]})
    row.status, row.findings = Status.STOPPED, _("终止原因：%s") % reason.strip()
    return store(row, by=by, fields=["status", "findings"])
