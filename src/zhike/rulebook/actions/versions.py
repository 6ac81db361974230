"""The life of a rule's version: draft, simulate, submit, decide by a second person, roll back."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Annotated, Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, lock, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.registry import registry
from zhike.kernel.simulation import simulators
from zhike.rulebook.events import PolicyDecided, PolicySubmitted, PolicyTookEffect
from zhike.rulebook.queries import versions as read

Status = PolicyVersion.Status
KEY = PolicyVersion.key()


def parsed(policy_id: str, raw: Any) -> dict[str, Any]:
    """Return parameters checked by their rule, as plain JSON.

    Raises:
        Invalid: every problem under ``params.<path>``.
    """
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError as error:
            raise Invalid(fields={"params": [_("不是有效的 JSON：%s") % error]}) from error
    try:
        params = read.policy(policy_id).parse(raw)
    except BadParams as error:
        fields: dict[str, list[str]] = {}
        for problem in error.problems:
            name = f"params.{problem.path}" if problem.path else "params"
            fields.setdefault(name, []).append(sentence(problem))
        raise Invalid(fields=fields) from error
    plain: dict[str, Any] = params.model_dump(mode="json")
    return plain


def create_version(
    model: type[PolicyVersion], values: Mapping[str, Any], *, by: Actor
) -> PolicyVersion:
    """Create a draft; without parameters it starts from those in force.

    Args:
        model: PolicyVersion (the signature of a resource's create).
        values: ``policy_id``, and optionally ``params``, ``effective_on``, ``reason``.
        by: who drafts.

    Raises:
        Forbidden, Invalid: nothing was written.
    """
    authorise(by, KEY, "create")
    _only(values, {"policy_id", "params", "effective_on", "reason"})
    policy_id = str(values.get("policy_id") or "")
    if policy_id not in registry.policies:
        raise Invalid(fields={"policy_id": [_("没有这条规则。")]})
    given = values.get("params")
    params = parsed(policy_id, given) if given is not None else _current(policy_id)
    day = kinds.Date(lazy("生效日期")).clean_value(
        values.get("effective_on") or timezone.localdate()
    )
    with recorded(by, f"{KEY}.create"):
        row = model(
            policy_id=policy_id, number=_next_number(policy_id), params=params, effective_on=day,
            reason=str(values.get("reason") or "")[:2000], simulation={"state": "none"},
        )  # fmt: skip
        return store(row, by=by)


def _only(values: Mapping[str, Any], allowed: set[str]) -> None:
    unknown = {
        name: [_("没有这个字段，或它由系统维护。")] for name in values if name not in allowed
    }
    if unknown:
        raise Invalid(fields=unknown)


def _current(policy_id: str) -> dict[str, Any]:
    _version, params = in_force(policy_id)
    plain: dict[str, Any] = params.model_dump(mode="json")
    return plain


def _next_number(policy_id: str) -> int:
    """Number the versions of one rule one after the other, whoever drafts at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"policy:{policy_id}"])
    rows = PolicyVersion.unscoped.filter(policy_id=policy_id)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def edit_version(
    model: type[PolicyVersion],
    target: "PolicyVersion | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> PolicyVersion:
    """Change a draft's ``params``, ``effective_on`` or ``reason``.

    Raises:
        Conflict: it is no draft any more, or somebody saved first.
        Invalid: parameters the rule cannot run with, each problem at its path.
    """
    authorise(by, KEY, "change")
    _only(values, {"params", "effective_on", "reason"})
    with recorded(by, f"{KEY}.edit"):
        row = lock(model, target, by=by, verb="change")
        if row.status != Status.DRAFT:
            raise Conflict(_("只有草稿可以修改；请复制为新草稿。"))
        clean = dict(values)
        if "params" in clean:
            clean["params"] = parsed(row.policy_id, clean["params"])
        if "effective_on" in clean:
            clean["effective_on"] = kinds.Date(lazy("生效日期")).clean_value(clean["effective_on"])
        changed = [name for name, value in clean.items() if getattr(row, name) != value]
        if version is not None and row.version != int(version):
            raise Conflict(differences={n: (getattr(row, n), clean[n]) for n in changed})
        for name in changed:
            setattr(row, name, clean[name])
        return store(row, by=by, fields=changed) if changed else row


@action(
    "rulebook.submit_version",
    on=PolicyVersion,
    title=lazy("提交审批"),
    icon="send",
    available=lambda row, by: row.status == Status.DRAFT,  # noqa: ARG005
)
def submit_version(
    row: PolicyVersion,
    *,
    by: Actor,
    effective_on: Annotated[
        dt.date | None, kinds.Date(lazy("生效日期"), null=True, blank=True)
    ] = None,
    reason: Annotated[str, kinds.LongText(lazy("修订原因"), max_length=2000, blank=True)] = "",
) -> PolicyVersion:
    """Hand a draft to a second person; a rule that can be simulated must have been (SEG-030)."""
    row.effective_on = effective_on or row.effective_on
    row.reason = (reason or row.reason).strip()
    errors: dict[str, list[str]] = {}
    if not row.reason:
        errors["reason"] = [_("请写明修订原因。")]
    if row.effective_on < timezone.localdate():
        errors["effective_on"] = [_("生效日期不能早于今天。")]
    if errors:
        raise Invalid(fields=errors)
    parsed(row.policy_id, row.params)
    if row.policy_id in simulators and not simulated(row):
        raise Invalid(
            fields={"simulation": [_("参数改动后还没有模拟。请先模拟，看清影响再提交。")]}
        )
    row.status, row.submitted_at, row.submitted_by_id = Status.SUBMITTED, timezone.now(), by.user_id
    fields = ["status", "submitted_at", "submitted_by", "effective_on", "reason"]
    store(row, by=by, fields=fields)
    emit(PolicySubmitted(row.pk, row.policy_id, row.number), by=by)
    return row


def simulated(row: PolicyVersion) -> bool:
    """Tell whether the stored simulation is of the parameters as they are now."""
    found = row.simulation or {}
    return found.get("state") == "done" and found.get("digest") == read.digest(row.params)


def second_person(row: PolicyVersion, by: Actor) -> None:
    """Refuse the authors as approvers.

    Raises:
        Forbidden: the actor drafted, edited or submitted the version.
    """
    if by.user_id in read.authors(row):
        raise Forbidden(
            _("起草或提交过这个版本的人不能审批它，请由另一人审批。"), resource=KEY, verb="approve"
        )


@action(
    "rulebook.approve_version",
    on=PolicyVersion,
    verb="approve",
    title=lazy("批准"),
    icon="check",
    available=lambda row, by: row.status == Status.SUBMITTED,  # noqa: ARG005
)
def approve_version(
    row: PolicyVersion,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(lazy("审批意见"), blank=True)] = "",
) -> PolicyVersion:
    """Approve a version: it is in force from its day on, without anything having to run."""
    second_person(row, by)
    if row.effective_on < timezone.localdate():
        message = _("原定生效日期 %s 已过，规则不能追溯生效。请驳回，由起草人改期后再提交。")
        raise Invalid(fields={"effective_on": [message % row.effective_on.isoformat()]})
    parsed(row.policy_id, row.params)
    _decide(row, Status.APPROVED, note, by)
    announce(row.policy_id, by=by)
    return row


@action(
    "rulebook.reject_version",
    on=PolicyVersion,
    verb="approve",
    title=lazy("驳回"),
    icon="x",
    danger=True,
    available=lambda row, by: row.status == Status.SUBMITTED,  # noqa: ARG005
)
def reject_version(
    row: PolicyVersion, *, by: Actor, note: Annotated[str, kinds.Text(lazy("驳回理由"))]
) -> PolicyVersion:
    """Reject a version with a reason; its author copies it to a new draft."""
    second_person(row, by)
    if not note.strip():
        raise Invalid(fields={"note": [_("请写明驳回理由。")]})
    return _decide(row, Status.REJECTED, note, by)


def _withdrawable(row: PolicyVersion, by: Actor) -> bool:
    scheduled = row.status == Status.APPROVED and row.effective_on > timezone.localdate()
    return row.status in read.OPEN or (scheduled and by.may(KEY, "approve"))


@action(
    "rulebook.withdraw_version",
    on=PolicyVersion,
    title=lazy("撤回"),
    icon="arrow-back-up",
    available=_withdrawable,
)
def withdraw_version(
    row: PolicyVersion,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(lazy("撤回理由"), blank=True)] = "",
) -> PolicyVersion:
    """Withdraw a draft or submitted version, or an approved one before its day."""
    return _decide(row, Status.WITHDRAWN, note, by)


def _decide(row: PolicyVersion, status: str, note: str, by: Actor) -> PolicyVersion:
    row.status, row.decision_note = status, note.strip()
    row.decided_at, row.decided_by_id = timezone.now(), by.user_id
    store(row, by=by, fields=["status", "decision_note", "decided_at", "decided_by"])
    emit(PolicyDecided(row.pk, row.policy_id, row.number, str(status)), by=by)
    return row


@action(
    "rulebook.copy_version",
    on=PolicyVersion,
    verb="create",
    title=lazy("复制为新草稿"),
    icon="copy",
)
def copy_version(
    row: PolicyVersion,
    *,
    by: Actor,
    reason: Annotated[str, kinds.LongText(lazy("修订原因"), max_length=2000, blank=True)] = "",
) -> PolicyVersion:
    """Make a new draft with the parameters of an old version: the way to roll back."""
    text = reason or _("恢复 v%d 的参数") % row.number
    values = {"policy_id": row.policy_id, "params": row.params, "reason": text}
    return create_version(PolicyVersion, values, by=by)


def announce(policy_id: str, *, by: Actor) -> bool:
    """Tell once that the version in force took effect; return whether it was told now."""
    version, _params = in_force(policy_id)
    if version is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"policy:{policy_id}"])
    told = EventRow.objects.filter(
        name=PolicyTookEffect.name, subject=KEY, subject_id=version.pk
    ).exists()
    if not told:
        day = version.effective_on.isoformat()
        emit(PolicyTookEffect(version.pk, policy_id, version.number, day), by=by)
    return not told
