"""Reads of the versions of rules."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import Role, User
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.models import EventRow, PolicyDecision, PolicyVersion
from zhike.kernel.policies import Policy
from zhike.kernel.registry import registry
from zhike.rulebook.models import Clause, Edition

Status = PolicyVersion.Status
OPEN = (Status.DRAFT, Status.SUBMITTED)


def policy(policy_id: str) -> Policy[Any, Any]:
    """Return a registered rule.

    Raises:
        NotFound: there is none of this id.
    """
    try:
        return registry.policies[policy_id]
    except KeyError:
        raise NotFound from None


def versions(policy_id: str, by: Actor) -> "QuerySet[PolicyVersion]":
    """Return the versions that the reader may see, the newest first."""
    rows = PolicyVersion.objects.visible_to(by, "view", archived=True).filter(policy_id=policy_id)
    return rows.select_related("created_by", "submitted_by", "decided_by").order_by("-number")


def version(pk: int, by: Actor) -> PolicyVersion:
    """Return one version.

    Raises:
        NotFound: absent or not visible.
    """
    rows = PolicyVersion.objects.visible_to(by, "view", archived=True)
    row: PolicyVersion | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def in_force_versions(on: dt.date | None = None) -> dict[str, PolicyVersion]:
    """Return policy id -> the version in force on a day, in one query."""
    rows = PolicyVersion.unscoped.filter(
        status=Status.APPROVED, effective_on__lte=on or timezone.localdate()
    )
    latest = rows.order_by("policy_id", "-effective_on", "-number").distinct("policy_id")
    return {row.policy_id: row for row in latest}


def state(row: PolicyVersion, in_force: PolicyVersion | None, on: dt.date | None = None) -> str:
    """Return how a version stands: its status, or scheduled, in_force, superseded once approved."""
    if row.status != Status.APPROVED:
        return str(row.status)
    if row.effective_on > (on or timezone.localdate()):
        return "scheduled"
    return "in_force" if in_force and in_force.pk == row.pk else "superseded"


def authors(row: PolicyVersion) -> set[int]:
    """Return everybody who wrote on the draft or submitted it: none of them may approve it."""
    events = PolicyVersion.pgh_event_model.objects.filter(pgh_obj_id=row.pk, status=Status.DRAFT)  # type: ignore[attr-defined]
    writers = set(events.values_list("updated_by_id", flat=True))
    return {pk for pk in {*writers, row.created_by_id, row.submitted_by_id} if pk is not None}


def digest(params: Any) -> str:
    """Return a fingerprint of parameters, so that an old simulation is recognised."""
    text = json.dumps(params, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pending(by: Actor) -> "QuerySet[PolicyVersion]":
    """Return the submitted versions that the actor may decide, those that wait longest first."""
    rows = PolicyVersion.objects.visible_to(by, "approve").filter(status=Status.SUBMITTED)
    own = Q(submitted_by_id=by.user_id) | Q(created_by_id=by.user_id)
    return rows.exclude(own).select_related("submitted_by").order_by("submitted_at")


def bound_clauses(policy_id: str) -> "QuerySet[Clause]":
    """Return the clauses of published editions that a rule executes."""
    rows = Clause.unscoped.filter(policy_id=policy_id, edition__status=Edition.Status.PUBLISHED)
    return rows.select_related("edition__document").order_by("edition__document", "position")


def people(ids: set[int]) -> dict[int, str]:
    """Return user id -> display name."""
    return {user.pk: str(user) for user in User.unscoped.filter(pk__in=ids)}


def role_name(code: str) -> str:
    """Return the name of the role that owns a rule; the code where it was removed."""
    role = Role.unscoped.filter(code=code).first()
    return str(role) if role else ""


def policy_list(by: Actor) -> list[dict[str, Any]]:
    """Return every rule with its version in force, the newest open one and the bound clauses."""
    now = in_force_versions()
    rows = PolicyVersion.objects.visible_to(by, "view").filter(
        Q(status__in=OPEN) | Q(status=Status.APPROVED, effective_on__gt=timezone.localdate())
    )
    waiting = {row.policy_id: row for row in rows.order_by("number")}
    bound = Clause.unscoped.filter(edition__status=Edition.Status.PUBLISHED).exclude(policy_id="")
    counts = dict(
        bound.values_list("policy_id").annotate(n=Count("edition__document", distinct=True))
    )
    return [
        {
            "policy": one,
            "version": now.get(policy_id),
            "open": waiting.get(policy_id),
            "open_state": state(waiting[policy_id], None) if policy_id in waiting else "",
            "documents": counts.get(policy_id, 0),
        }
        for policy_id, one in registry.policies.items()
    ]


def decisions(policy_id: str, limit: int = 50) -> "QuerySet[PolicyDecision]":
    """Return the latest decisions of a rule."""
    rows = PolicyDecision.objects.filter(policy_id=policy_id).select_related("policy_version")
    return rows.order_by("-id")[:limit]


def happened(version_ids: list[int], limit: int = 50) -> "QuerySet[EventRow]":
    """Return what happened with these versions, the newest first."""
    rows = EventRow.objects.filter(subject=PolicyVersion.key(), subject_id__in=version_ids)
    return rows.select_related("actor").order_by("-id")[:limit]


def why_not_approve(row: PolicyVersion, by: Actor) -> str:
    """Return why the reader may not decide a submitted version, or an empty string."""
    if not by.may(PolicyVersion.key(), "approve"):
        return _("您没有审批规则的权限，请联系安全管理员授权。")
    if by.user_id in authors(row):
        return _("您参与起草了这个版本，须由另一人审批。")
    return ""
