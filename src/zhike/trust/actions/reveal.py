"""Showing a masked value in clear: a right, a limit, and an entry in the audit trail."""

import datetime as dt
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.identity.queries import administrators, supervisors
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery, Forbidden, NotFound, PolicyRefused
from zhike.kernel.kinds.base import Kind
from zhike.kernel.moments import midnight
from zhike.kernel.policies import Decision
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.records import Record
from zhike.kernel.registry import registry
from zhike.kernel.scope import Via
from zhike.trust.actions.audit import note_audit
from zhike.trust.models import AuditEntry
from zhike.trust.policies import RevealFacts, RevealRules


def reveal(
    row: Record, field: str, *, by: Actor, purpose: str = "", address: str | None = None
) -> str:
    """Return a masked field in clear text, as its kind shows it, and write that it was seen.

    Args:
        row: as the actor sees it; it is read anew inside his scope.
        purpose: needed beyond the free number of a day (``trust.reveal_rules``).

    Raises:
        NotFound: outside the actor's scope. BadQuery: no such field, or one that is not masked.
        Forbidden: hidden from the actor, or he is neither owner, nor team, nor granted.
        PolicyRefused: the day's number is used up, or a purpose is missing.
    """
    stopped: Decision | None = None
    with recorded(by, "trust.reveal", reason=purpose):
        model = type(row)
        found = model.objects.visible_to(by, "view", archived=True).filter(pk=row.pk).first()
        if found is None:
            raise NotFound
        kind = _field(model, field, by)
        _require_right(found, by)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7456, %s)", [by.user_id or 0])
        decision, today = _decide(by, purpose)
        stopped = decision if decision.outcome in {"ask", "stop"} else None
        note_audit(
            "reveal",
            by=by,
            row=found,
            succeeded=stopped is None,
            address=address,
            details={"field": field, "purpose": purpose.strip()[:200], "outcome": decision.outcome},
        )
        _tell(decision.outcome, today, by)
    if stopped is not None:
        raise _refused(stopped)
    return str(kind.display(getattr(found, field)))


def _field(model: type[Record], name: str, by: Actor) -> Any:
    known = {f.name: f for f in model._meta.fields}
    kind = known.get(name)
    if kind is None or not isinstance(kind, Kind):
        raise BadQuery(_("没有这个字段。"))
    access = by.field_access(model.key(), name, personal=kind.personal)
    if access == "hidden":
        raise BadQuery(_("没有这个字段。"))
    if access != "masked":
        raise BadQuery(_("这个字段没有脱敏。"))
    return kind


def _require_right(row: Record, by: Actor) -> None:
    model = type(row)
    granted = model.objects.visible_to(by, "reveal", archived=True).filter(pk=row.pk).exists()
    if not granted and not _owns(row, by):
        raise Forbidden(
            _("您不是负责人或协作成员，也没有查看明文的权限。"), resource=model.key(), verb="reveal"
        )


def _owns(row: Record, by: Actor) -> bool:
    """Tell whether the actor owns the row or the record it belongs to and may reveal his own."""
    if by.user_id is None:
        return False
    if getattr(row, "owner_id", None) == by.user_id:
        return True
    parents = [
        getattr(row, part.parent, None) for part in row.scope.parts_of() if isinstance(part, Via)
    ]
    return any(getattr(parent, "owner_id", None) == by.user_id for parent in parents)


def _decide(by: Actor, purpose: str) -> tuple[Decision, int]:
    start = midnight(timezone.localdate())
    seen = AuditEntry.objects.filter(
        kind="reveal", user_id=by.user_id or 0, succeeded=True, at__gte=start
    )
    facts = RevealFacts(today=seen.count(), purpose_given=len(purpose.strip()) >= 2)
    return registry.policies[RevealRules.id].decide(facts, in_force(RevealRules.id)[1]), facts.today


def _tell(outcome: str, today: int, by: Actor) -> None:
    """Tell the supervisor at the first reveal beyond the free ones, security at the stop."""
    params = in_force(RevealRules.id)[1]
    who = {"name": by.name, "count": today}
    if outcome == "show_and_tell" and today == params.free_a_day:
        people = supervisors(by.user_id) if by.user_id else []
        people = people or list(administrators("security").values_list("pk", flat=True))
        notify(people, _("%(name)s 今日查看明文超过 %(count)s 次") % who, by=by, icon="eye")
    if outcome == "stop":
        since = timezone.now() - dt.timedelta(hours=24)
        stops = AuditEntry.objects.filter(kind="reveal", user_id=by.user_id or 0, at__gte=since)
        if stops.filter(details__outcome="stop").count() == 1:
            people = list(administrators("security").values_list("pk", flat=True))
            notify(
                people,
                _("%(name)s 今日查看明文 %(count)s 次，已停止") % who,
                by=by,
                icon="alert-triangle",
            )


def _refused(decision: Decision) -> PolicyRefused:
    unmet = [sentence(line) for line in decision.reasons if not line.holds]
    if decision.outcome == "stop":
        text = _("今日查看明文已达上限，已通知安全管理员。")
    else:
        text = _("今日查看明文次数较多，请填写用途后再查看；主管会收到通知。")
    return PolicyRefused(text, policy=RevealRules.id, reasons=unmet)
