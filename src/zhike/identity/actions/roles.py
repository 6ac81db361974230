"""Who holds which role. The three administrators exclude each other and every business role."""

import datetime as dt

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity import journal
from zhike.identity.events import RoleAssigned, RoleWithdrawn
from zhike.identity.models import Role, RoleAssignment, User
from zhike.identity.queries import administrators
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.events import emit

KEY = "identity.roleassignment"


def assign_role(
    user: "User | int",
    role: "Role | int",
    *,
    by: Actor,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> RoleAssignment:
    """Give a person a role between two dates; his sessions end, so that he signs in with it.

    Raises:
        Forbidden: no right, or the actor means himself.
        Conflict: the role excludes another one that the person holds in that time.
    """
    authorise(by, KEY, "create")
    with recorded(by, "identity.assign_role"):
        person, what = _locked(user), _role(role)
        if person.pk == by.user_id:
            raise Forbidden(_("不能给自己分配角色，请由另一名安全管理员办理。"), resource=KEY)
        return give_role(person, what, by=by, valid_from=valid_from, valid_to=valid_to)


def give_role(
    person: User,
    role: Role,
    *,
    by: Actor,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> RoleAssignment:
    """Give a locked person a role inside the running transaction; the rules of exclusion hold."""
    start = valid_from or timezone.localdate()
    if valid_to is not None and valid_to <= start:
        raise Invalid(fields={"valid_to": [_("结束日期须晚于开始日期。")]})
    if not person.is_active:
        raise Conflict(_("该账号已停用，不能分配角色。"))
    _require_compatible(person, role, start, valid_to)
    given = RoleAssignment(user=person, role=role, valid_from=start, valid_to=valid_to)
    store(given, by=by)
    _end_sessions(person, by)
    journal.note("role_assigned", by=by, row=person, details={"role": role.code})
    emit(RoleAssigned(user_id=person.pk, role_id=role.pk), by=by)
    return given


def withdraw_role(
    assignment: "RoleAssignment | int", *, by: Actor, valid_to: dt.date | None = None
) -> RoleAssignment:
    """End a role assignment, today by default.

    Raises:
        Conflict: it would leave no security administrator to give roles back.
    """
    authorise(by, KEY, "change")
    with recorded(by, "identity.withdraw_role"):
        pk = assignment if isinstance(assignment, int) else assignment.pk
        rows = RoleAssignment.unscoped.select_for_update(of=("self",)).filter(archived_at=None)
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound
        role = row.role
        if role.exclusive and administrators(role.exclusive).exclude(pk=row.user_id).count() == 0:
            raise Conflict(_("这是最后一名“%(role)s”，请先指定接任者。") % {"role": role})
        end, person = valid_to or timezone.localdate(), _locked(row.user_id)
        if end <= row.valid_from:
            row.archived_at, row.valid_to = timezone.now(), row.valid_from
            store(row, by=by, fields=["archived_at", "valid_to"])
        else:
            row.valid_to = end
            store(row, by=by, fields=["valid_to"])
        _end_sessions(person, by)
        journal.note("role_withdrawn", by=by, row=person, details={"role": role.code})
        emit(RoleWithdrawn(user_id=person.pk, role_id=role.pk), by=by)
    return row


def appoint_administrator(user: "User | int", kind: str, *, by: Actor) -> RoleAssignment:
    """Let the first system administrator name the first security and audit administrators.

    Only while nobody holds the role: afterwards the security administrator gives roles.

    Raises:
        Forbidden: the actor is no system administrator, or means himself.
        Conflict: the role is held already.
    """
    authorise(by, "identity.user", "create")
    if kind not in {Role.Exclusive.SECURITY, Role.Exclusive.AUDIT}:
        raise Invalid(_("只能指定安全管理员或审计管理员。"))
    with recorded(by, "identity.appoint_administrator"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7451)")
        if administrators(kind).exists():
            raise Conflict(_("该管理员已经指定，之后的调整由安全管理员办理。"))
        person = _locked(user)
        if person.pk == by.user_id:
            raise Forbidden(_("三员不能由同一人兼任，请指定其他成员。"), resource=KEY)
        return give_role(person, Role.unscoped.get(exclusive=kind), by=by)


def give_first_role(person: User, code: str) -> RoleAssignment:
    """Give a role by its code without an actor: the first run and the command line."""
    by = SYSTEM(reason=_("初始化或命令行建立账号"))
    with recorded(by, "identity.give_first_role"):
        return give_role(_locked(person), Role.unscoped.get(code=code), by=by)


def _require_compatible(person: User, role: Role, start: dt.date, end: dt.date | None) -> None:
    overlap = Q(valid_to__isnull=True) | Q(valid_to__gt=start)
    if end is not None:
        overlap &= Q(valid_from__lt=end)
    held = RoleAssignment.unscoped.filter(overlap, user=person, archived_at=None)
    for other in held.select_related("role"):
        if other.role_id == role.pk:
            raise Conflict(_("该成员在此期间已有角色“%(role)s”。") % {"role": role})
        if role.exclusive or other.role.exclusive:
            text = _("“%(one)s”与“%(other)s”互斥：三员之间及与业务角色不能由同一人兼任。")
            raise Conflict(text % {"one": role, "other": other.role})


def _locked(user: "User | int") -> User:
    pk = user if isinstance(user, int) else user.pk
    person = User.unscoped.select_for_update(of=("self",)).filter(pk=pk).first()
    if person is None:
        raise NotFound
    return person


def _role(role: "Role | int") -> Role:
    pk = role if isinstance(role, int) else role.pk
    found = Role.unscoped.filter(pk=pk, archived_at=None).first()
    if found is None:
        raise NotFound
    return found


def _end_sessions(person: User, by: Actor) -> None:
    person.session_epoch += 1
    store(person, by=by, fields=["session_epoch"])
