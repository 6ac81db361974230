"""The life of an edition: draft, submit, publish or reject by a second person, superseded."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, edit_record, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.rulebook.events import AcknowledgementRequested, EditionDecided, EditionSubmitted
from zhike.rulebook.models import Clause, Document, Edition
from zhike.rulebook.queries import documents as read

Status = Edition.Status


@action("rulebook.draft_edition", on=Document, title=lazy("起草新版"), icon="file-plus")
def draft_edition(
    row: Document,
    *,
    by: Actor,
    source: int | None = None,
    reason: Annotated[str, kinds.Text(lazy("修订说明"), blank=True)] = "",
) -> Edition:
    """Start a new edition with the clauses of ``source``, else of the newest published edition.

    Raises:
        Conflict: another edition is still a draft or waits for a decision.
    """
    known = Edition.unscoped.filter(document_id=row.pk, archived_at=None)
    if known.filter(status__in=[Status.DRAFT, Status.SUBMITTED]).exists():
        raise Conflict(_("这份制度已有一个未发布的版次，请先完成或驳回它。"))
    published = known.filter(status=Status.PUBLISHED).order_by("-effective_on", "-number")
    former = known.filter(pk=source).first() if source else published.first()
    number = (Edition.unscoped.filter(document_id=row.pk).aggregate(n=Max("number"))["n"] or 0) + 1
    made = Edition(
        document=row, number=number, effective_on=timezone.localdate(), reason=reason.strip()
    )
    store(made, by=by)
    for clause in read.clauses(former.pk) if former else ():
        copy = Clause(
            edition=made, number=clause.number, position=clause.position, heading=clause.heading,
            text=clause.text, policy_id=clause.policy_id,
        )  # fmt: skip
        store(copy, by=by)
    return made


def draft_only(row: Edition) -> None:
    """Refuse a change of an edition that is no draft.

    Raises:
        Conflict: it was submitted, published or rejected.
    """
    if row.status != Status.DRAFT:
        raise Conflict(_("只有草稿可以修改；已发布的制度请起草新版。"))


def edit_edition(
    model: type[Edition],
    target: "Edition | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Edition:
    """Change a draft's ``effective_on`` or ``reason``; everything else has its own step."""
    unknown = {
        name: [_("没有这个字段，或它由系统维护。")]
        for name in values
        if name not in {"effective_on", "reason"}
    }
    if unknown:
        raise Invalid(fields=unknown)
    draft_only(read.edition(target if isinstance(target, int) else target.pk, by))
    return edit_record(model, target, values, by=by, version=version)


@action(
    "rulebook.submit_edition",
    on=Edition,
    title=lazy("提交审批"),
    icon="send",
    available=lambda row, by: row.status == Status.DRAFT,  # noqa: ARG005
)
def submit_edition(
    row: Edition,
    *,
    by: Actor,
    effective_on: Annotated[
        dt.date | None, kinds.Date(lazy("生效日期"), null=True, blank=True)
    ] = None,
    reason: Annotated[str, kinds.Text(lazy("修订说明"), blank=True)] = "",
) -> Edition:
    """Hand a draft with at least one clause to a second person."""
    row.effective_on = effective_on or row.effective_on
    row.reason = reason.strip() or row.reason
    errors: dict[str, list[Any]] = {}
    if not read.clauses(row.pk).exists():
        errors["clauses"] = [_("还没有条款。")]
    if row.effective_on < timezone.localdate():
        errors["effective_on"] = [_("生效日期不能早于今天。")]
    if row.number > 1 and not row.reason:
        errors["reason"] = [_("请写明修订说明。")]
    if errors:
        raise Invalid(fields=errors)
    row.status, row.submitted_by_id = Status.SUBMITTED, by.user_id
    store(row, by=by, fields=["status", "submitted_by", "effective_on", "reason"])
    emit(EditionSubmitted(row.document_id, row.pk, row.number), by=by)
    return row


def second_person(row: Edition, by: Actor) -> None:
    """Refuse the authors as approvers.

    Raises:
        Forbidden: the actor wrote or submitted the edition.
    """
    if by.user_id in read.authors(row):
        message = _("起草或提交过这个版次的人不能审批它，请由另一人审批。")
        raise Forbidden(message, resource=Edition.key(), verb="approve")


@action(
    "rulebook.approve_edition",
    on=Edition,
    verb="approve",
    title=lazy("批准发布"),
    icon="check",
    available=lambda row, by: row.status == Status.SUBMITTED,  # noqa: ARG005
)
def approve_edition(
    row: Edition, *, by: Actor, note: Annotated[str, kinds.Text(lazy("审批意见"), blank=True)] = ""
) -> Edition:
    """Publish an edition from its day on; it supersedes the former one. All are asked to sign."""
    second_person(row, by)
    if row.effective_on < timezone.localdate():
        message = _("原定生效日期 %s 已过，制度不能追溯生效。请驳回，由起草人改期后再提交。")
        raise Invalid(fields={"effective_on": [message % row.effective_on.isoformat()]})
    _decide(row, Status.PUBLISHED, note, by)
    people = tuple(read.unsigned(row))
    if people:
        title = str(row.document.title)
        emit(AcknowledgementRequested(row.document_id, row.pk, title, people), by=by)
    return row


@action(
    "rulebook.reject_edition",
    on=Edition,
    verb="approve",
    title=lazy("驳回"),
    icon="x",
    danger=True,
    available=lambda row, by: row.status == Status.SUBMITTED,  # noqa: ARG005
)
def reject_edition(
    row: Edition, *, by: Actor, note: Annotated[str, kinds.Text(lazy("驳回理由"))]
) -> Edition:
    """Reject an edition with a reason; the next draft may start from it."""
    second_person(row, by)
    if not note.strip():
        raise Invalid(fields={"note": [_("请写明驳回理由。")]})
    return _decide(row, Status.REJECTED, note, by)


@action(
    "rulebook.withdraw_edition",
    on=Edition,
    title=lazy("撤回修改"),
    icon="arrow-back-up",
    available=lambda row, by: row.status == Status.SUBMITTED,  # noqa: ARG005
)
def withdraw_edition(row: Edition, *, by: Actor) -> Edition:
    """Take a submitted edition back to draft."""
    row.status = Status.DRAFT
    return store(row, by=by, fields=["status"])


@action(
    "rulebook.discard_edition",
    on=Edition,
    title=lazy("放弃草稿"),
    icon="trash",
    danger=True,
    confirm=lazy("放弃后草稿不再显示，历史仍可查。"),
    available=lambda row, by: row.status == Status.DRAFT,  # noqa: ARG005
)
def discard_edition(row: Edition, *, by: Actor) -> Edition:
    """Put a draft away."""
    row.archived_at = timezone.now()
    return store(row, by=by, fields=["archived_at"])


def _decide(row: Edition, status: str, note: str, by: Actor) -> Edition:
    row.status, row.decision_note = status, note.strip()
    row.decided_at, row.decided_by_id = timezone.now(), by.user_id
    store(row, by=by, fields=["status", "decision_note", "decided_at", "decided_by"])
    emit(EditionDecided(row.document_id, row.pk, row.number, str(status)), by=by)
    return row
