"""Units, their dated place in the tree, and who belongs to them."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity import journal
from zhike.identity.events import UnitMoved
from zhike.identity.models import Membership, OrgPlacement, OrgUnit, Post, User
from zhike.identity.queries import ancestors, memberships, org_tree, valid_on
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, recorded, store, writable
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit


def create_unit(
    model: type[OrgUnit],
    values: Mapping[str, Any],
    *,
    by: Actor,
    parent: OrgUnit | None = None,
    valid_from: dt.date | None = None,
) -> OrgUnit:
    """Create a unit and hang it under ``parent`` (none: at the top) from a day on."""
    authorise(by, model.key(), "create")
    with recorded(by, "identity.create_unit"):
        unit = OrgUnit(**writable(OrgUnit, values, by=by))
        store(unit, by=by)
        day = valid_from or timezone.localdate()
        _one_at_a_time()
        _require_standing(parent, day)
        store(OrgPlacement(unit=unit, parent=parent, valid_from=day), by=by)
        journal.note("unit_created", by=by, row=unit)
    return unit


@action(
    "identity.move_unit",
    on=OrgUnit,
    title=gettext_lazy("调整上级部门"),
    icon="sitemap",
)
def move_unit(
    unit: OrgUnit,
    *,
    by: Actor,
    parent: Annotated[
        OrgUnit | None,
        kinds.Link(gettext_lazy("新的上级部门"), OrgUnit, null=True, blank=True),
    ] = None,
    valid_from: Annotated[dt.date, kinds.Date(gettext_lazy("生效日期"))],
) -> OrgPlacement:
    """Hang a unit under another one from a day on; reports on earlier days keep the old tree.

    Raises:
        Invalid: the day is before the last change, or the tree would close a circle on some day.
    """
    _one_at_a_time()
    parent = OrgUnit.unscoped.get(pk=parent) if isinstance(parent, int) else parent
    last = OrgPlacement.unscoped.filter(unit=unit, archived_at=None).order_by("valid_from").last()
    if last is not None and valid_from < last.valid_from:
        raise Invalid(
            fields={
                "valid_from": [
                    _("生效日期不能早于上一次调整（%(day)s）。") % {"day": last.valid_from}
                ]
            }
        )
    if last is not None and last.valid_to is not None and valid_from < last.valid_to:
        raise Invalid(
            fields={"valid_from": [_("该部门在 %(day)s 前已有安排。") % {"day": last.valid_to}]}
        )
    _require_standing(parent, valid_from)
    if last is not None and last.valid_from == valid_from:
        last.parent = parent
        placement = store(last, by=by, fields=["parent"])
    else:
        if last is not None and last.valid_to is None:
            last.valid_to = valid_from
            store(last, by=by, fields=["valid_to"])
        placement = store(OrgPlacement(unit=unit, parent=parent, valid_from=valid_from), by=by)
    _require_no_circle(unit, parent, valid_from)
    parent_id = parent.pk if parent else None
    journal.note(
        "unit_moved", by=by, row=unit, details={"parent": parent_id, "from": str(valid_from)}
    )
    emit(UnitMoved(unit_id=unit.pk, parent_id=parent_id, valid_from=str(valid_from)), by=by)
    return placement


@action(
    "identity.close_unit",
    on=OrgUnit,
    verb="archive",
    title=gettext_lazy("撤销部门"),
    icon="archive",
    danger=True,
    leaves_scope=True,
)
def close_unit(
    unit: OrgUnit,
    *,
    by: Actor,
    valid_to: Annotated[dt.date, kinds.Date(gettext_lazy("撤销日期"))],
) -> OrgUnit:
    """Take a unit out of the tree from a day on; its history stays.

    Raises:
        Conflict: there are still units or people in it on that day.
    """
    _one_at_a_time()
    if org_tree(valid_to).get(unit.pk):
        raise Conflict(_("该部门还有下级部门，请先调整下级部门。"))
    if Membership.unscoped.filter(valid_on(valid_to), unit=unit, user__is_active=True).exists():
        raise Conflict(_("该部门还有成员，请先调整成员的部门。"))
    for placement in OrgPlacement.unscoped.filter(unit=unit, valid_to=None, archived_at=None):
        if placement.valid_from >= valid_to:
            raise Invalid(
                fields={"valid_to": [_("撤销日期须晚于 %(day)s。") % {"day": placement.valid_from}]}
            )
        placement.valid_to = valid_to
        store(placement, by=by, fields=["valid_to"])
    journal.note("unit_closed", by=by, row=unit, details={"on": str(valid_to)})
    return unit


def _one_at_a_time() -> None:
    """Serialise changes of the tree: two moves must not close a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7450)")


def _require_standing(parent: OrgUnit | None, day: dt.date) -> None:
    if parent is not None and not OrgPlacement.unscoped.filter(valid_on(day), unit=parent).exists():
        raise Invalid(
            fields={"parent": [_("上级部门“%(name)s”在该日期不存在。") % {"name": parent}]}
        )


def _require_no_circle(unit: OrgUnit, parent: OrgUnit | None, valid_from: dt.date) -> None:
    """Check the day of the change and every later day on which the tree changes."""
    if parent is None:
        return
    later = OrgPlacement.unscoped.filter(valid_from__gt=valid_from, archived_at=None)
    for day in sorted({valid_from, *later.values_list("valid_from", flat=True)}):
        if unit.pk == parent.pk or unit.pk in ancestors(parent.pk, day):
            text = _("“%(unit)s”不能放到自己或自己的下级“%(parent)s”之下（%(day)s 起会形成循环）。")
            values = {"unit": unit, "parent": parent, "day": day}
            raise Invalid(fields={"parent": [text % values]})


@action("identity.join_unit", on=User, title=gettext_lazy("加入部门"), icon="users-plus")
def join_unit(
    user: User,
    *,
    by: Actor,
    unit: Annotated[
        OrgUnit,
        kinds.Link(gettext_lazy("部门"), OrgUnit),  # type: ignore[valid-type]
    ],
    post: Annotated[
        Post | None, kinds.Link(gettext_lazy("岗位"), Post, null=True, blank=True)
    ] = None,
    is_primary: Annotated[bool, kinds.Bool(gettext_lazy("主部门"), default=True)] = True,
    valid_from: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("开始日期"), null=True, blank=True)
    ] = None,
) -> Membership:
    """Put a person into a unit; people may belong to several, of which one is the primary one."""
    day = valid_from or timezone.localdate()
    _require_standing(unit, max(day, timezone.localdate()))
    open_rows = Membership.unscoped.select_for_update().filter(
        user=user, valid_to=None, archived_at=None
    )
    if open_rows.filter(unit=unit).exists():
        raise Conflict(_("该成员已在这个部门。"))
    if is_primary:
        for row in open_rows.filter(is_primary=True):
            row.is_primary = False
            store(row, by=by, fields=["is_primary"])
    first = is_primary or not open_rows.exists()
    row = Membership(user=user, unit=unit, post=post, is_primary=first, valid_from=day)
    store(row, by=by)
    journal.note("unit_joined", by=by, row=user, details={"unit": unit.pk})
    return row


@action("identity.leave_unit", on=User, title=gettext_lazy("离开部门"), icon="user-x")
def leave_unit(
    user: User,
    *,
    by: Actor,
    unit: Annotated[
        OrgUnit,
        kinds.Link(gettext_lazy("部门"), OrgUnit),  # type: ignore[valid-type]
    ],
    valid_to: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("结束日期"), null=True, blank=True)
    ] = None,
) -> User:
    """End a person's place in a unit; another unit becomes the primary one if this was it.

    Raises:
        Conflict: the person is not in this unit.
    """
    day = valid_to or timezone.localdate()
    rows = Membership.unscoped.select_for_update()
    row = rows.filter(user=user, unit=unit, valid_to=None, archived_at=None).first()
    if row is None:
        raise Conflict(_("该成员不在这个部门。"))
    was_primary = row.is_primary
    row.is_primary = False
    row.valid_to = max(day, row.valid_from)
    store(row, by=by, fields=["valid_to", "is_primary"])
    heir = memberships(user.pk, day).filter(valid_to=None).first()
    if was_primary and heir is not None:
        heir.is_primary = True
        store(heir, by=by, fields=["is_primary"])
    journal.note("unit_left", by=by, row=user, details={"unit": unit.pk})
    return user
