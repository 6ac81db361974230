"""Handing over everything a person answers for, over all entities at once (ORG-023).

Which rows pass on, each model says in ``Record.handover``; an entity that says nothing passes on
whole, so that none can be forgotten. All statements are set-based.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from zhike.identity import journal
from zhike.identity.actions.people import close_account, keep_administrators
from zhike.identity.events import HandedOver
from zhike.identity.models import Handover, OrgUnit, User
from zhike.identity.queries import primary_unit
from zhike.identity.responsibilities import Responsibility, owned, responsibilities
from zhike.kernel.actions import authored, authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.events import emit


@dataclass(frozen=True)
class Share:
    """Who gets what: ``to`` takes the chosen rows, or those of some units, entities, or all.

    Attributes:
        to: the person who takes over. resources: keys; empty = every entity.
        units: only rows of these units. ids: only these rows (then exactly one resource).
    """

    to: int
    resources: frozenset[str] = frozenset()
    units: frozenset[int] = frozenset()
    ids: frozenset[int] = field(default_factory=frozenset)


def hand_over(
    user: "User | int",
    shares: Sequence[Share],
    *,
    by: Actor,
    reason: str = "",
    deactivate: bool = False,
) -> Handover:
    """Give everything a person answers for to others, now, and return the receipt.

    Shares apply in their order; rows that belong to a customer follow the customer's new owner
    unless a share names them. With ``deactivate`` the account ends in the same transaction.

    Raises:
        Forbidden, NotFound: no right, nobody there. Invalid: a receiver cannot take over, or
        something would be left without an owner; nothing was written.
    """
    authorise(by, User.key(), "assign")
    if deactivate:
        authorise(by, User.key(), "change")
    with recorded(by, "identity.hand_over", reason=reason):
        leaver = _locked(user, by, deactivate=deactivate)
        receivers = _receivers(leaver, shares)
        moved = [
            line
            for one in _parents_first()
            for line in _pass_on(one, leaver, shares, receivers, by)
        ]
        _require_nothing_left(leaver)
        _pass_on_units(leaver, shares, by)
        receipt = _receipt(leaver, moved, by=by, reason=reason, deactivate=deactivate)
        if deactivate:
            close_account(leaver, by=by)
        counts = receipt.counts
        journal.note(
            "handover", by=by, row=leaver, details={"counts": counts, "receipt": receipt.pk}
        )
        emit(HandedOver(user_id=leaver.pk, handover_id=receipt.pk), by=by)
    return receipt


def _locked(user: "User | int", by: Actor, *, deactivate: bool) -> User:
    pk = user if isinstance(user, int) else user.pk
    person = User.unscoped.select_for_update(of=("self",)).filter(pk=pk).first()
    if person is None:
        raise NotFound
    if deactivate and person.pk == by.user_id:
        raise Forbidden(_("不能停用自己的账号，请由另一名管理员办理。"))
    if deactivate:
        keep_administrators(person)
    return person


def _receivers(leaver: User, shares: Sequence[Share]) -> dict[int, int | None]:
    """Return receiver -> primary unit; rows go to that unit with him."""
    if not shares:
        raise Invalid(fields={"to": [_("请选择接收人。")]})
    wanted = {share.to for share in shares}
    found = set(User.unscoped.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))
    if leaver.pk in wanted:
        raise Invalid(fields={"to": [_("接收人不能是移交人本人。")]})
    if wanted - found:
        raise Invalid(fields={"to": [_("接收人不存在或已停用，请重新选择。")]})
    return {pk: primary_unit(pk) for pk in found}


def _parents_first() -> list[Responsibility]:
    return sorted(responsibilities(), key=lambda one: one.parent is not None)


Moved = tuple[str, int, list[int]]


def _pass_on(
    one: Responsibility,
    leaver: User,
    shares: Iterable[Share],
    receivers: dict[int, int | None],
    by: Actor,
) -> list[Moved]:
    """Move one entity's rows: what shares name, then children after their parent, then the rest."""
    moved: list[Moved] = []
    general = [share for share in shares if not share.ids]
    for share in shares:
        if share.ids and one.key in share.resources:
            moved += _take(
                one, owned(one, leaver.pk).filter(pk__in=share.ids), share.to, receivers, by
            )
    for share in general:
        if one.key in share.resources:
            moved += _take(
                one, _of_units(one, owned(one, leaver.pk), share), share.to, receivers, by
            )
    if one.parent is not None:
        moved += _follow_parent(one, leaver, receivers, by)
    for share in general:
        if not share.resources:
            moved += _take(
                one, _of_units(one, owned(one, leaver.pk), share), share.to, receivers, by
            )
    return moved


def _of_units(
    one: Responsibility, rows: "models.QuerySet[Any]", share: Share
) -> "models.QuerySet[Any]":
    if not share.units:
        return rows
    return rows.filter(**{f"{one.unit}_id__in": share.units}) if one.unit else rows.none()


def _follow_parent(
    one: Responsibility, leaver: User, receivers: dict[int, int | None], by: Actor
) -> list[Moved]:
    moved: list[Moved] = []
    for receiver in receivers:
        rows = owned(one, leaver.pk).filter(**{f"{one.parent}__owner_id": receiver})
        moved += _take(one, rows, receiver, receivers, by)
    return moved


def _take(
    one: Responsibility,
    rows: "models.QuerySet[Any]",
    to: int,
    receivers: dict[int, int | None],
    by: Actor,
) -> list[Moved]:
    ids = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    if not ids:
        return []
    changes: dict[str, Any] = {f"{one.field}_id": to, **authored(by)}
    if one.unit and receivers[to] is not None:
        changes[f"{one.unit}_id"] = receivers[to]
    one.model.unscoped.filter(pk__in=ids).update(**changes)
    return [(one.key, to, ids)]


def _require_nothing_left(leaver: User) -> None:
    left = [(one, owned(one, leaver.pk).count()) for one in responsibilities()]
    lines = [
        _("还有 %(count)s 条“%(title)s”没有接收人。") % {"count": count, "title": one.title}
        for one, count in left
        if count
    ]
    if lines:
        raise Invalid(" ".join(lines), fields={"to": lines})


def _pass_on_units(leaver: User, shares: Sequence[Share], by: Actor) -> None:
    """Units need a leader: the one who takes the rest leads them from now on."""
    rest = [
        share.to for share in shares if not share.ids and not share.resources and not share.units
    ]
    if not rest:
        return
    for unit in OrgUnit.unscoped.select_for_update(of=("self",)).filter(leader=leaver):
        unit.leader_id = rest[0]
        store(unit, by=by, fields=["leader"])


def _receipt(
    leaver: User, moved: Sequence[Moved], *, by: Actor, reason: str, deactivate: bool
) -> Handover:
    counts: dict[str, int] = {}
    for key, _to, ids in moved:
        counts[key] = counts.get(key, 0) + len(ids)
    if not moved and not deactivate:
        raise Conflict(_("该成员名下没有需要移交的记录。"))
    receipt = Handover(
        leaver=leaver,
        counts=counts,
        items=[{"resource": key, "to": to, "ids": ids} for key, to, ids in moved],
        deactivated=deactivate,
        reason=reason,
    )
    return store(receipt, by=by)
