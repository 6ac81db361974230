"""Accounts: made by the system administrator, ended for good only by deactivation."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity import journal
from zhike.identity.actions.passwords import one_time_password, set_password
from zhike.identity.events import UserCreated, UserDeactivated, UserReactivated
from zhike.identity.models import Membership, OrgUnit, RoleAssignment, User
from zhike.identity.queries import administrators
from zhike.kernel.actions import action, authorise, edit_record, recorded, store, writable
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit

SETTINGS = {"language": ("", "zh-hans", "en"), "theme": ("", "system", "light", "dark")}


def create_user(model: type[User], values: Mapping[str, Any], *, by: Actor) -> User:
    """Create an account without a password; ``reset_password`` hands out the first one.

    Raises:
        Forbidden, Invalid: nothing was written.
    """
    authorise(by, model.key(), "create")
    with recorded(by, "identity.create_user"):
        user = User(**writable(User, values, by=by))
        _check(user)
        user.set_unusable_password()
        store(user, by=by)
        journal.note("user_created", by=by, row=user)
        emit(UserCreated(user_id=user.pk), by=by)
    return user


def create_user_with_password(
    values: Mapping[str, Any], *, by: Actor, unit: int | None = None
) -> tuple[User, str]:
    """Create an account in a unit and return it with its one-time password."""
    from zhike.identity.actions.organisation import join_unit

    with recorded(by, "identity.create_user"):
        user = create_user(User, values, by=by)
        text = one_time_password()
        set_password(user, text, by=by, one_time=True)
        if unit is not None:
            join_unit(user, by=by, unit=OrgUnit.unscoped.get(pk=unit))
    return user, text


def edit_user(
    model: type[User],
    target: "User | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> User:
    """Change an account's details; the audit keeps which ones."""
    with recorded(by, "identity.edit_user"):
        user = edit_record(model, target, values, by=by, version=version)
        _check(user)
        journal.note("user_changed", by=by, row=user, details={"fields": sorted(values)})
    return user


def _check(user: User) -> None:
    name = str(user.username or "")
    if not name or name != name.strip() or any(c.isspace() for c in name):
        raise Invalid(fields={"username": [_("账号不能为空，也不能含有空格。")]})
    same = User.unscoped.filter(username__iexact=name).exclude(pk=user.pk)
    if same.exists():
        raise Invalid(
            fields={"username": [_("账号“%(name)s”已被使用（不区分大小写）。") % {"name": name}]}
        )
    for field, allowed in SETTINGS.items():
        if getattr(user, field) not in allowed:
            raise Invalid(fields={field: [_("没有这个选项。")]})


@action(
    "identity.deactivate",
    on=User,
    verb="change",
    title=gettext_lazy("停用账号"),
    icon="user-x",
    danger=True,
    confirm=gettext_lazy(
        "停用后立即退出所有设备，接口令牌失效。名下的客户请先在“工作交接”中移交。"
    ),
    available=lambda row, by: row.is_active and row.pk != by.user_id,
)
def deactivate(user: User, *, by: Actor) -> User:
    """End an account: sessions and tokens die at once, memberships and roles end today.

    Raises:
        Conflict: the last person in one of the three administrator roles.
    """
    keep_administrators(user)
    close_account(user, by=by)
    return user


def close_account(user: User, *, by: Actor) -> None:
    """End a locked user's account inside the running transaction."""
    today = timezone.localdate()
    user.is_active = False
    user.session_epoch += 1
    user.set_unusable_password()
    store(user, by=by, fields=["is_active", "session_epoch", "password"])
    for model in (Membership, RoleAssignment):
        open_rows: Any = model.unscoped.filter(user_id=user.pk, valid_to__isnull=True)
        for row in open_rows.select_for_update():
            if row.valid_from >= today:
                row.archived_at = timezone.now()
                row.valid_to = row.valid_from
                store(row, by=by, fields=["archived_at", "valid_to"])
            else:
                row.valid_to = today
                store(row, by=by, fields=["valid_to"])
    journal.note("user_deactivated", by=by, row=user)
    emit(UserDeactivated(user_id=user.pk), by=by)


def keep_administrators(user: User) -> None:
    """Refuse to lose the last person in one of the three administrator roles.

    Raises:
        Conflict: he is the last one.
    """
    for kind in ("system", "security", "audit"):
        people = administrators(kind)
        if people.filter(pk=user.pk).exists() and people.count() == 1:
            raise Conflict(_("该成员是最后一名三员管理员，请先指定接任者。"))


@action(
    "identity.reactivate",
    on=User,
    verb="change",
    title=gettext_lazy("恢复账号"),
    icon="user-check",
    available=lambda row, _by: not row.is_active,
)
def reactivate(user: User, *, by: Actor) -> User:
    """Bring an account back, without password, memberships and roles: these are given anew."""
    user.is_active = True
    user.session_epoch += 1
    store(user, by=by, fields=["is_active", "session_epoch"])
    journal.note("user_reactivated", by=by, row=user)
    emit(UserReactivated(user_id=user.pk), by=by)
    return user
