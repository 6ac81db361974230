"""Rights, masks and proof: grants, field rules, account-team rights, audit, API tokens."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.identity.models import OrgUnit, Role, User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Mine


class Grant(Record):
    """A role may use a verb on a resource as far as a breadth."""

    class Reach(models.TextChoices):
        """How far a grant reaches."""

        OWN = "own", _("本人")
        UNIT = "unit", _("本部门")
        SUBTREE = "subtree", _("本部门及下级")
        CHOSEN = "chosen", _("指定部门")
        ALL = "all", _("全部")

    scope = Granted()

    role = kinds.Link(_("角色"), Role, models.CASCADE, related_name="grants")
    resource = models.CharField(_("对象"), max_length=60)
    verb = models.CharField(_("操作"), max_length=20)
    reach = kinds.Choice(_("范围"), choices=Reach.choices, max_length=10)
    units = models.ManyToManyField(OrgUnit, blank=True, verbose_name=_("指定部门"))

    class Meta(Record.Meta):
        verbose_name = _("授权")
        constraints = [
            models.UniqueConstraint(fields=["role", "resource", "verb"], name="trust_grant_once")
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.verb} {self.resource} {self.reach}"


class FieldRule(Record):
    """What a role may do with one field: hidden, masked, read-only, editable.

    Of several roles of a person the most generous rule counts, as with grants.
    """

    class Access(models.TextChoices):
        """From least to most."""

        HIDDEN = "hidden", _("隐藏")
        MASKED = "masked", _("脱敏")
        READONLY = "readonly", _("只读")
        EDITABLE = "editable", _("可编辑")

    scope = Granted()

    role = kinds.Link(_("角色"), Role, models.CASCADE, related_name="field_rules")
    resource = models.CharField(_("对象"), max_length=60)
    field = models.CharField(_("字段"), max_length=60)
    access = kinds.Choice(_("权限"), choices=Access.choices, max_length=10)

    class Meta(Record.Meta):
        verbose_name = _("字段权限")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "resource", "field"], name="trust_field_rule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource}.{self.field} {self.access}"


class TeamRight(Record):
    """What an account-team role (CSM, service lead …) gives on the account and its children."""

    scope = Granted()

    team_role = models.CharField(_("团队角色"), max_length=20)
    resource = models.CharField(_("对象"), max_length=60)
    verb = models.CharField(_("操作"), max_length=20)

    class Meta(Record.Meta):
        verbose_name = _("团队角色权限")
        constraints = [
            models.UniqueConstraint(
                fields=["team_role", "resource", "verb"], name="trust_team_right_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_role} {self.verb} {self.resource}"


class AuditEntry(models.Model):
    """One act that changes no business row or that must be proven: append-only.

    The database refuses UPDATE and DELETE (trigger), and each entry carries the digest of the one
    before, so that alteration, deletion and insertion are found.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=40)
    resource = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    succeeded = models.BooleanField(default=True)
    address = models.GenericIPAddressField(null=True)
    channel = models.CharField(max_length=12, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    details: Any = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["-at"]),
            models.Index(fields=["kind", "-at"]),
            models.Index(fields=["user", "-at"]),
            models.Index(fields=["resource", "object_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"


class ApiToken(Record):
    """A person's token for the API; only its digest is stored."""

    scope = Mine("user")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = kinds.Text(_("名称"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_on = kinds.Date(_("有效期至"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("接口令牌")

    def __str__(self) -> str:
        return str(self.name)
