"""A hand-over of many customers in the background, batch by batch."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class BulkTransfer(Record):
    """Many customers on their way to one person; a batch is done as a whole or not at all."""

    class Status(models.TextChoices):
        """Where it stands."""

        RUNNING = "running", _("进行中")
        STOPPED = "stopped", _("已停止")
        FAILED = "failed", _("遇错停下")
        DONE = "done", _("已完成")

    scope = OwnedBy("requester", "unit")
    handover: ClassVar[models.Q | None] = None  # what somebody did stays his

    requester = kinds.Owner(_("操作人"), null=True, blank=True, related_name="+")
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    heir = kinds.Link(_("新负责人"), User, models.PROTECT, related_name="+")
    reason = kinds.Text(_("移交原因"), max_length=200, blank=True)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.RUNNING, max_length=10, editable=False
    )
    total = models.PositiveIntegerField(_("客户数"), default=0, editable=False)
    message = kinds.Text(_("说明"), max_length=300, blank=True, editable=False)
    finished_at = kinds.DateTime(_("结束时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("批量移交")

    def __str__(self) -> str:
        return f"{self.heir_id} · {self.total}"


class TransferBatch(Record):
    """One batch of a transfer; ``done_at`` empty = not begun."""

    scope = Via("transfer", owner="requester")
    tracked = False  # the customers' own history tells what happened
    handover: ClassVar[models.Q | None] = None

    transfer = kinds.Link(
        _("批量移交"), BulkTransfer, models.CASCADE, related_name="batches", editable=False
    )
    number = models.PositiveIntegerField(_("批次"))
    customer_ids = ArrayField(models.BigIntegerField(), verbose_name=_("客户"))
    moved = models.PositiveIntegerField(_("已移交"), default=0)
    done_at = kinds.DateTime(_("完成时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("移交批次")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "number"], name="pool_transfer_batch_once")
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.number}"
