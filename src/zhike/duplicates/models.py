"""Pairs of look-alikes, scans that found them, merges with all they need to be undone, and checks made."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.records import Record
from zhike.kernel.scope import EVERYBODY, NOBODY, Because, Granted, Scope

CUSTOMER, PERSON = "customer", "person"
SUBJECTS: dict[str, type[Record]] = {CUSTOMER: Customer, PERSON: Person}


class BothSides(Scope):
    """Rows about two customers or two persons, for whoever may change both of them."""

    def __init__(self, one: str, other: str) -> None:
        self.sides = (one, other)

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return rows both of whose records the actor may change."""
        if by.is_system:
            return EVERYBODY
        if not by.breadth(model.key(), verb):
            return NOBODY
        return self._within(by, CUSTOMER) | self._within(by, PERSON)

    def _within(self, by: Actor, kind: str) -> Q:
        subject = SUBJECTS[kind]
        condition = Q(kind=kind)
        if sees_all(subject, by, "change"):
            return condition
        rows = subject.objects.visible_to(by, "change", archived=True).values("pk")
        for side in self.sides:
            condition &= Q(**{f"{side}_{kind}__in": rows})
        return condition

    def explain(self, row: Any, by: Actor, verb: str) -> list[Because]:  # noqa: ARG002
        """Return whether each side may be changed."""
        rows = SUBJECTS[row.kind].objects.visible_to(by, "change", archived=True)
        return [
            Because(
                rows.filter(pk=getattr(row, f"{side}_{row.kind}_id")).exists(),
                gettext("可以修改这一方"),
            )
            for side in self.sides
        ]


def _side(title: Any, to: type[Record], **options: Any) -> Any:
    return kinds.Link(title, to, models.CASCADE, null=True, blank=True, related_name="+", **options)


class TwoSided(Record):
    """Base of rows about two records of one kind."""

    class Kind(models.TextChoices):
        """What the two records are."""

        CUSTOMER = CUSTOMER, _("客户")
        PERSON = PERSON, _("联系人")

    kind = kinds.Choice(_("对象"), choices=Kind.choices, max_length=10)

    class Meta(Record.Meta):
        abstract = True


class Pair(TwoSided):
    """Two records that may be one (疑似重复); the left id is the smaller one."""

    class Status(models.TextChoices):
        """What people decided."""

        OPEN = "open", _("待处理")
        IGNORED = "ignored", _("不是重复")
        RELATED = "related", _("关联企业")
        MERGED = "merged", _("已合并")

    scope = BothSides("left", "right")

    left_customer = _side(_("客户甲"), Customer)
    right_customer = _side(_("客户乙"), Customer)
    left_person = _side(_("联系人甲"), Person)
    right_person = _side(_("联系人乙"), Person)
    score = kinds.Integer(_("匹配度"))
    level = kinds.Choice(
        _("把握"), choices=[("certain", _("高置信")), ("likely", _("需判断"))], max_length=8
    )
    facts: Any = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    evidence: Any = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    status = kinds.Choice(_("状态"), choices=Status.choices, default=Status.OPEN, max_length=8)
    reason = kinds.Text(_("理由"), max_length=200, blank=True)

    class Meta(TwoSided.Meta):
        verbose_name = _("疑似重复")
        constraints = [
            models.UniqueConstraint(
                fields=["left_customer", "right_customer"], condition=Q(kind=CUSTOMER),
                name="duplicates_pair_customers",
            ),
            models.UniqueConstraint(
                fields=["left_person", "right_person"], condition=Q(kind=PERSON),
                name="duplicates_pair_persons",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["status", "-score", "id"], name="duplicates_pair_open")]

    @property
    def left_id(self) -> int:
        """The smaller id of the two."""
        return int(self.left_customer_id or self.left_person_id or 0)

    @property
    def right_id(self) -> int:
        """The larger id of the two."""
        return int(self.right_customer_id or self.right_person_id or 0)

    def __str__(self) -> str:
        return f"{self.left_id} ≈ {self.right_id}"


class Merge(TwoSided):
    """A merge (合并) with everything that undoing it needs.

    Attributes:
        changes: field of the survivor -> [stored before, stored after];
        moved: ``app.model.field`` -> ids that were re-pointed; stayed: the same of rows that stayed
        with the other record because the survivor has their like; made: ``app.model`` -> ids of
        rows that the merge itself wrote; kept: what undoing left as it was, in words.
    """

    scope = BothSides("survivor", "other")

    survivor_customer = _side(_("保留客户"), Customer)
    other_customer = _side(_("并入客户"), Customer)
    survivor_person = _side(_("保留联系人"), Person)
    other_person = _side(_("并入联系人"), Person)
    survivor_title = kinds.Text(_("保留方"), max_length=200)
    other_title = kinds.Text(_("并入方"), max_length=200)
    other_code = kinds.Text(_("并入方编号"), max_length=40, blank=True)
    changes: Any = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    moved: Any = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    stayed: Any = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    made: Any = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    children = kinds.Integer(_("转移记录数"), default=0)
    reason = kinds.Text(_("理由"), max_length=200, blank=True)
    undo_until = kinds.Date(_("可撤销至"))
    undone_at = kinds.DateTime(_("撤销时间"), null=True, blank=True)
    undone_by = kinds.Link(
        _("撤销人"), User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kept: Any = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)

    class Meta(TwoSided.Meta):
        verbose_name = _("合并记录")
        constraints = [
            models.UniqueConstraint(
                fields=["other_customer"], condition=Q(kind=CUSTOMER, undone_at__isnull=True),
                name="duplicates_merged_once_customer",
                violation_error_message=_("这条记录已经并入另一条。"),
            ),
            models.UniqueConstraint(
                fields=["other_person"], condition=Q(kind=PERSON, undone_at__isnull=True),
                name="duplicates_merged_once_person",
                violation_error_message=_("这条记录已经并入另一条。"),
            ),
        ]  # fmt: skip

    @property
    def survivor_id(self) -> int:
        """The record that stayed."""
        return int(self.survivor_customer_id or self.survivor_person_id or 0)

    @property
    def other_id(self) -> int:
        """The record that went into it."""
        return int(self.other_customer_id or self.other_person_id or 0)

    def __str__(self) -> str:
        return f"{self.other_title} → {self.survivor_title}"


class Scan(Record):
    """One comparison of everybody with everybody, with its progress."""

    class Status(models.TextChoices):
        """How far it is."""

        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    scope = Granted()

    status = kinds.Choice(_("状态"), choices=Status.choices, default=Status.RUNNING, max_length=8)
    step = kinds.Text(_("步骤"), max_length=40, blank=True)
    done = kinds.Integer(_("已完成步骤"), default=0)
    total = kinds.Integer(_("总步骤"), default=1)
    records = kinds.Integer(_("比较记录数"), default=0)
    pairs = kinds.Integer(_("发现对数"), default=0)
    seconds = kinds.Integer(_("用时（秒）"), default=0)
    shares: Any = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("重复扫描")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class Check(Record):
    """A duplicate check that somebody made (查重留痕): what was asked and how much was found."""

    scope = Granted()

    user = kinds.Link(_("查重人"), User, models.PROTECT, related_name="+")
    door = kinds.Choice(
        _("入口"),
        choices=[
            ("page", _("查重页")),
            ("form", _("录入")),
            ("import", _("导入")),
            ("api", _("接口")),
        ],
        max_length=8,
    )
    asked = kinds.Text(_("查询内容"), max_length=200)
    found = kinds.Integer(_("找到"), default=0)
    hidden = kinds.Integer(_("其中无权查看"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("查重记录")
        indexes = [models.Index(fields=["user", "-created_at"], name="duplicates_check_user")]

    def __str__(self) -> str:
        return str(self.asked)


class Key(models.Model):
    """A key that a record answers to in the live check; numbers only, see ``matching.blocks``."""

    pk = models.CompositePrimaryKey("key", "kind", "record_id")
    key = models.BigIntegerField()
    kind = models.CharField(max_length=1)
    record_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["record_id", "kind"], name="duplicates_key_record")]

    def __str__(self) -> str:
        return f"{self.kind}{self.record_id}"


class Waiting(models.Model):
    """A record whose keys are out of date; written by triggers on customers and persons."""

    pk = models.CompositePrimaryKey("kind", "record_id")
    kind = models.CharField(max_length=1)
    record_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind}{self.record_id}"


__all__ = [
    "CUSTOMER", "PERSON", "SUBJECTS", "Check", "Key", "Merge", "Pair", "Scan", "Waiting",
]  # fmt: skip
