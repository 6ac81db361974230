"""People, units with effective dates, posts, roles and what belongs to a person alone."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.identity.working_time import read_periods, write_periods
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Mine


class OrgUnit(Record):
    """A department. Its place in the tree stands in ``OrgPlacement``, with dates (ORG-001)."""

    class Kind(models.TextChoices):
        """Types of department (ORG-010)."""

        COMPANY = "company", _("公司")
        REGION = "region", _("大区")
        CRM = "crm", _("客户关系管理部")
        SUCCESS = "success", _("客户成功中心")
        OPERATIONS = "operations", _("客户运营团队")
        SERVICE = "service", _("客户服务部门")
        SUPPORT = "support", _("客户支持部门")
        SALES = "sales", _("销售部门")
        MARKETING = "marketing", _("市场部门")
        PRODUCT = "product", _("产品部门")
        TECHNICAL = "technical", _("技术部门")
        OTHER = "other", _("其他部门")

    scope = Granted()

    name = kinds.Text(_("部门名称"), max_length=80)
    code = kinds.Code(_("部门编码"), max_length=32, unique=True)
    kind = kinds.Choice(_("部门类型"), choices=Kind.choices, default=Kind.OTHER, max_length=16)
    leader = kinds.Link(
        _("负责人"), "identity.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(Record.Meta):
        verbose_name = _("部门")

    def __str__(self) -> str:
        return str(self.name)


class OrgPlacement(Record):
    """Where a unit hangs in the tree between two dates (``valid_to`` exclusive, null = open)."""

    scope = Granted()

    unit = kinds.Link(_("部门"), OrgUnit, models.CASCADE, related_name="placements")
    parent = kinds.Link(
        _("上级部门"),
        OrgUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="child_placements",
    )
    valid_from = kinds.Date(_("生效日期"))
    valid_to = kinds.Date(_("失效日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("部门隶属")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="identity_placement_dates",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(valid_to__isnull=True),
                name="identity_one_open_placement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


class Post(Record):
    """A post (岗位) of the company, such as 大区销售经理."""

    scope = Granted()

    name = kinds.Text(_("岗位名称"), max_length=80)
    code = kinds.Code(_("岗位编码"), max_length=32, unique=True)

    class Meta(Record.Meta):
        verbose_name = _("岗位")

    def __str__(self) -> str:
        return str(self.name)


class UserManager(BaseUserManager["User"]):
    """Finds users by name for sign-in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user by sign-in name, ignoring case."""
        return self.get(username__iexact=username or "")


class User(AbstractBaseUser, Record):
    """A person who signs in. The password rules and lockout live in ``identity.actions``."""

    scope = Granted()
    title_field: ClassVar[str] = "display_name"
    untracked_fields: ClassVar[tuple[str, ...]] = (
        "password",
        "last_login",
        "former_passwords",
        "totp_secret",
        "totp_last_step",
    )
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    username = kinds.Code(_("账号"), max_length=64, unique=True)
    display_name = kinds.PersonName(_("姓名"), max_length=64, personal=False)
    mobile = kinds.Mobile(_("手机"), null=True, blank=True)
    email = kinds.Email(_("邮箱"), null=True, blank=True)
    is_active = kinds.Bool(_("在职"), default=True, editable=False)
    language = models.CharField(_("语言"), max_length=8, blank=True)
    theme = models.CharField(_("外观"), max_length=8, blank=True)
    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)
    former_passwords = models.JSONField(default=list, blank=True, editable=False)
    one_time_until = models.DateTimeField(null=True, blank=True, editable=False)
    totp_secret = models.CharField(max_length=64, blank=True, editable=False)
    totp_last_step = models.BigIntegerField(default=0, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    unscoped: ClassVar[UserManager] = UserManager()

    class Meta(Record.Meta):
        verbose_name = _("成员")

    def __str__(self) -> str:
        return str(self.display_name or self.username)

    def get_session_auth_hash(self) -> str:
        """Return a hash that changes with the password and when all sessions are ended."""
        return f"{super().get_session_auth_hash()}:{self.session_epoch}"


class Membership(Record):
    """A person in a unit, with post and dates; one membership is the primary one."""

    scope = Granted()

    user = kinds.Link(_("成员"), User, models.CASCADE, related_name="memberships")
    unit = kinds.Link(_("部门"), OrgUnit, models.PROTECT, related_name="memberships")
    post = kinds.Link(
        _("岗位"), Post, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    is_primary = kinds.Bool(_("主部门"), default=True)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_primary=True, valid_to__isnull=True),
                name="identity_one_primary",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.unit_id}"


class Role(Record):
    """A role. Templates ship with the product (ORG-002…009) and can be changed or copied."""

    class Exclusive(models.TextChoices):
        """The three administrators, of whom nobody holds two and none reads business data."""

        NONE = "", _("业务角色")
        SYSTEM = "system", _("系统管理员")
        SECURITY = "security", _("安全管理员")
        AUDIT = "audit", _("审计管理员")

    scope = Granted()

    code = kinds.Code(_("角色编码"), max_length=40, unique=True)
    name = kinds.Text(_("角色名称"), max_length=80)
    description = kinds.LongText(_("说明"), blank=True)
    is_template = kinds.Bool(_("出厂模板"), default=False, editable=False)
    exclusive = models.CharField(
        _("三员"), max_length=12, blank=True, choices=Exclusive.choices, default="", editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("角色")

    def __str__(self) -> str:
        return str(self.name)


class RoleAssignment(Record):
    """A role given to a person between two dates."""

    scope = Granted()

    user = kinds.Link(_("成员"), User, models.CASCADE, related_name="role_assignments")
    role = kinds.Link(_("角色"), Role, models.PROTECT, related_name="assignments")
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("角色分配")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(valid_to__isnull=True),
                name="identity_role_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id}"


class Handover(Record):
    """The receipt of a leaver's or mover's handover: what went to whom (ORG-023)."""

    scope = Granted()

    leaver = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("移交人"))
    counts = models.JSONField(_("数量"), default=dict)
    items: Any = models.JSONField(_("明细"), default=list)
    deactivated = models.BooleanField(_("已停用账号"), default=False)
    reason = kinds.LongText(_("原因"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("交接单")

    def __str__(self) -> str:
        return f"{self.leaver_id} {self.created_at:%F}"


class CalendarDay(Record):
    """A day of the working calendar that does not follow the week: off, or worked instead.

    ``year`` is that of the official notice it stands in; a day of the company's own has none.
    """

    class Kind(models.TextChoices):
        """What the day is."""

        OFF = "off", _("放假")
        WORK = "work", _("调休上班")

    scope = Granted()

    day = kinds.Date(_("日期"))
    kind = kinds.Choice(_("类型"), choices=Kind.choices, default=Kind.OFF, max_length=4)
    name = kinds.Text(_("名称"), max_length=40)
    year = kinds.Integer(_("通知年份"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("日历日")
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=models.Q(archived_at__isnull=True),
                name="identity_calendar_day_once",
                violation_error_message=_("日历中已有这一天，请修改它。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


def _hours(label: Any, default: str) -> Any:
    return kinds.Text(label, max_length=80, blank=True, default=default)


class WorkWeek(Record):
    """The hours of each day of the week from a day on; an empty day is not worked."""

    DAYS: ClassVar[tuple[str, ...]] = (
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    )  # fmt: skip
    ORDINARY: ClassVar[str] = "08:30-12:00 13:30-17:30"

    scope = Granted()

    valid_from = kinds.Date(_("生效日期"))
    monday = _hours(_("周一"), ORDINARY)
    tuesday = _hours(_("周二"), ORDINARY)
    wednesday = _hours(_("周三"), ORDINARY)
    thursday = _hours(_("周四"), ORDINARY)
    friday = _hours(_("周五"), ORDINARY)
    saturday = _hours(_("周六"), "")
    sunday = _hours(_("周日"), "")

    class Meta(Record.Meta):
        verbose_name = _("工作时间")
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=models.Q(archived_at__isnull=True),
                name="identity_work_week_once",
                violation_error_message=_("这一天起的工作时间已经有了，请修改它。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.valid_from)

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the hours of the seven days as they are written, Monday first."""
        return tuple(str(getattr(self, name) or "") for name in self.DAYS)

    def clean(self) -> None:
        """Put the hours in their plain form; refuse what cannot be read and a week without work.

        Raises:
            ValidationError: at each day.
        """
        errors: dict[str, Any] = {}
        for name, text in zip(self.DAYS, self.texts, strict=True):
            try:
                setattr(self, name, write_periods(read_periods(text)))
            except ValueError:
                errors[name] = _("时段应写成 08:30-12:00 13:30-17:30，前后不重叠。")
        if not errors and not any(self.texts):
            errors["monday"] = _("一周中至少有一天上班。")
        if errors:
            raise ValidationError(errors)


class SignInAttempt(models.Model):
    """One attempt to sign in, for lockout (per account and per address) and the audit page."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    succeeded = models.BooleanField()
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "-tried_at"]),
            models.Index(fields=["address", "-tried_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.tried_at}"


class SavedView(Record):
    """A person's named list: resource and query string; may be shared with everybody."""

    scope = Mine("user")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    resource = models.CharField(max_length=60)
    name = kinds.Text(_("视图名称"), max_length=40)
    query = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        verbose_name = _("视图")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "resource", "name"],
                condition=models.Q(archived_at__isnull=True),
                name="identity_view_name",
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class Preference(models.Model):
    """A person's small choices: columns, density, side bar; key -> JSON."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="preferences")
    key = models.CharField(max_length=80)
    value: Any = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="identity_preference_key")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"


class Notice(Record):
    """A message to one person: a mention, an approval to give, a job that ended."""

    scope = Mine("user")

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    title = kinds.Text(_("标题"), max_length=200)
    body = kinds.LongText(_("内容"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    icon = models.CharField(max_length=32, default="bell")
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("消息")
        indexes = [models.Index(fields=["user", "read_at", "-id"])]

    def __str__(self) -> str:
        return str(self.title)
