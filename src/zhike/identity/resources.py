"""People, units, posts and roles on the generic doors."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.identity.actions.organisation import create_unit
from zhike.identity.actions.people import create_user, edit_user
from zhike.identity.models import (
    CalendarDay,
    Handover,
    Membership,
    OrgPlacement,
    OrgUnit,
    Post,
    Role,
    RoleAssignment,
    User,
    WorkWeek,
)
from zhike.kernel.resources import Fields, Related, Resource, Text, Timeline


class UserResource(Resource):
    """Accounts; made, changed and ended by the system administrator only."""

    model = User
    title: ClassVar[Text] = _("成员")
    icon: ClassVar[str] = "users"
    counter: ClassVar[Text] = _("人")
    columns = (
        "display_name",
        "username",
        "mobile",
        "email",
        "is_active",
        "last_login",
        "updated_at",
    )
    default_columns = ("display_name", "username", "mobile", "email", "is_active")
    filters = ("is_active",)
    search = ("display_name", "username")
    order: ClassVar[str] = "display_name"
    form = ((_("账号"), ("username", "display_name", "mobile", "email", "language", "theme")),)
    detail = (
        Fields(_("账号"), "username", "display_name", "mobile", "email", "is_active"),
        Related("identity.membership", "user", _("任职")),
        Timeline(),
    )
    match_keys = ("username",)
    create: ClassVar[Any] = staticmethod(create_user)
    edit: ClassVar[Any] = staticmethod(edit_user)
    archive: ClassVar[Any] = None


class OrgUnitResource(Resource):
    """Units; their place in the tree is changed by the action 调整上级部门."""

    model = OrgUnit
    title: ClassVar[Text] = _("部门")
    icon: ClassVar[str] = "sitemap"
    counter: ClassVar[Text] = _("个")
    columns = ("name", "code", "kind", "leader", "updated_at")
    default_columns = ("name", "code", "kind", "leader")
    filters = ("kind", "leader")
    search = ("name", "code")
    order: ClassVar[str] = "code"
    form = ((_("部门"), ("name", "code", "kind", "leader")),)
    detail = (Fields(_("部门")), Related("identity.membership", "unit", _("成员")), Timeline())
    match_keys = ("code",)
    create: ClassVar[Any] = staticmethod(create_unit)
    archive: ClassVar[Any] = None


class OrgPlacementResource(Resource):
    """The tree with its dates, to read; written through the unit's actions."""

    model = OrgPlacement
    title: ClassVar[Text] = _("部门隶属")
    icon: ClassVar[str] = "hierarchy"
    counter: ClassVar[Text] = _("条")
    columns = ("unit", "parent", "valid_from", "valid_to")
    default_columns = columns
    filters = ("unit", "parent", "valid_from")
    order: ClassVar[str] = "-valid_from"
    importable: ClassVar[bool] = False
    create: ClassVar[Any] = None
    edit: ClassVar[Any] = None
    archive: ClassVar[Any] = None


class PostResource(Resource):
    """Posts."""

    model = Post
    title: ClassVar[Text] = _("岗位")
    icon: ClassVar[str] = "id-badge-2"
    counter: ClassVar[Text] = _("个")
    columns = ("name", "code", "updated_at")
    default_columns = ("name", "code")
    search = ("name", "code")
    order: ClassVar[str] = "code"
    form = ((_("岗位"), ("name", "code")),)
    match_keys = ("code",)


class MembershipResource(Resource):
    """Who belongs where, to read; written through the person's actions."""

    model = Membership
    title: ClassVar[Text] = _("任职")
    icon: ClassVar[str] = "briefcase"
    counter: ClassVar[Text] = _("条")
    columns = ("user", "unit", "post", "is_primary", "valid_from", "valid_to")
    default_columns = columns
    filters = ("user", "unit", "post", "is_primary")
    order: ClassVar[str] = "-valid_from"
    importable: ClassVar[bool] = False
    create: ClassVar[Any] = None
    edit: ClassVar[Any] = None
    archive: ClassVar[Any] = None


class RoleResource(Resource):
    """Roles, to read; written on the settings pages by the security administrator."""

    model = Role
    title: ClassVar[Text] = _("角色")
    icon: ClassVar[str] = "shield"
    counter: ClassVar[Text] = _("个")
    columns = ("name", "code", "description", "is_template", "exclusive")
    default_columns = ("name", "code", "description")
    search = ("name", "code")
    order: ClassVar[str] = "code"
    importable: ClassVar[bool] = False
    create: ClassVar[Any] = None
    edit: ClassVar[Any] = None
    archive: ClassVar[Any] = None


class RoleAssignmentResource(Resource):
    """Who holds which role, to read."""

    model = RoleAssignment
    title: ClassVar[Text] = _("角色分配")
    icon: ClassVar[str] = "user-check"
    counter: ClassVar[Text] = _("条")
    columns = ("user", "role", "valid_from", "valid_to")
    default_columns = columns
    filters = ("user", "role")
    order: ClassVar[str] = "-valid_from"
    importable: ClassVar[bool] = False
    create: ClassVar[Any] = None
    edit: ClassVar[Any] = None
    archive: ClassVar[Any] = None


class HandoverResource(Resource):
    """Receipts of handovers, to read."""

    model = Handover
    title: ClassVar[Text] = _("交接单")
    icon: ClassVar[str] = "user-share"
    counter: ClassVar[Text] = _("份")
    columns = ("leaver", "created_at", "deactivated", "reason")
    default_columns = columns
    order: ClassVar[str] = "-created_at"
    importable: ClassVar[bool] = False
    create: ClassVar[Any] = None
    edit: ClassVar[Any] = None
    archive: ClassVar[Any] = None


class CalendarDayResource(Resource):
    """The named days of the working calendar; a year comes in whole on the settings page."""

    model = CalendarDay
    title: ClassVar[Text] = _("日历日")
    icon: ClassVar[str] = "calendar-event"
    counter: ClassVar[Text] = _("天")
    columns = ("day", "kind", "name", "year", "updated_at")
    default_columns = ("day", "kind", "name", "year")
    filters = ("day", "kind", "year")
    order: ClassVar[str] = "-day"
    form = ((_("日历日"), ("day", "kind", "name")),)
    importable: ClassVar[bool] = False


class WorkWeekResource(Resource):
    """The hours of a week from a day on."""

    model = WorkWeek
    title: ClassVar[Text] = _("工作时间")
    icon: ClassVar[str] = "clock"
    counter: ClassVar[Text] = _("版")
    columns = ("valid_from", *WorkWeek.DAYS)
    default_columns = columns
    order: ClassVar[str] = "-valid_from"
    form = ((_("工作时间"), ("valid_from", *WorkWeek.DAYS)),)
    importable: ClassVar[bool] = False
