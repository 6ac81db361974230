"""Files in and out: import batches with their rows' fates, remembered mappings, export files."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Mine


class ImportBatch(Record):
    """One uploaded file on its way into a resource."""

    class Status(models.TextChoices):
        """Where the batch stands."""

        UPLOADED = "uploaded", _("已上传")
        CHECKING = "checking", _("检查中")
        CHECKED = "checked", _("待确认")
        IMPORTING = "importing", _("导入中")
        DONE = "done", _("已导入")
        FAILED = "failed", _("失败")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        DISCARDED = "discarded", _("已放弃")

    class Mode(models.TextChoices):
        """What to do with rows that exist, and with rows that do not."""

        INSERT = "insert", _("只新增")
        UPDATE = "update", _("只更新")
        UPSERT = "upsert", _("新增或更新")

    tracked = False
    scope = Mine("user")

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    resource = models.CharField(max_length=60)
    file_name = kinds.Text(_("文件"), max_length=200)
    path = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.INSERT)
    match_key = models.CharField(max_length=60, blank=True)
    sheet_name = models.CharField(max_length=120, blank=True)
    headers: Any = models.JSONField(default=list)
    mapping: Any = models.JSONField(default=dict)
    options: Any = models.JSONField(default=dict)
    warnings: Any = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    to_create = models.PositiveIntegerField(default=0)
    to_update = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    processed = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        verbose_name = _("导入批次")

    def __str__(self) -> str:
        return str(self.file_name)


class ImportRow(models.Model):
    """What became of one row of a file: a problem found, or the record written and its former state.

    ``before`` holds the former values of an updated record, so that the batch can be undone;
    ``version`` the version that the import wrote, so that later edits are noticed.
    """

    id = models.BigAutoField(primary_key=True)

    class Fate(models.TextChoices):
        """What became of the row, in the check, the import and the undo."""

        GOOD = "good", _("可导入")
        WARNED = "warned", _("请留意")
        SKIPPED = "skipped", _("已存在，跳过")
        ERROR = "error", _("有错误")
        CREATED = "created", _("已新增")
        UPDATED = "updated", _("已更新")
        REMOVED = "removed", _("已撤销（删除）")
        ARCHIVED = "archived", _("已撤销（归档）")
        RESTORED = "restored", _("已恢复原值")
        KEPT = "kept", _("之后被修改，保留")

    # The database does not check it: each row of each chunk would lock the same batch.
    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    row_number = models.PositiveIntegerField()
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.GOOD)
    problems: Any = models.JSONField(default=list)
    cells: Any = models.JSONField(default=list)
    object_id = models.BigIntegerField(null=True)
    created = models.BooleanField(default=False)
    before: Any = models.JSONField(null=True)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "row_number"])]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "row_number"],
                condition=models.Q(object_id__isnull=False),
                name="exchange_row_written_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.row_number}"


class MappingPreset(Record):
    """The column mapping a person used last for a resource and a set of headers."""

    tracked = False
    scope = Mine("user")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    resource = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    mapping: Any = models.JSONField(default=dict)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["user", "resource", "fingerprint"], name="exchange_preset_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.fingerprint[:8]}"


class ExportFile(Record):
    """A list written to a file, as its reader saw it; expires."""

    class Status(models.TextChoices):
        """Where the file stands."""

        PENDING = "pending", _("准备中")
        READY = "ready", _("可下载")
        FAILED = "failed", _("失败")
        EXPIRED = "expired", _("已过期")

    tracked = False
    scope = Mine("user")

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    resource = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    purpose = kinds.Text(_("用途"), max_length=120)
    format = models.CharField(max_length=8, default="xlsx")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    path = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        verbose_name = _("导出文件")

    def __str__(self) -> str:
        return f"{self.resource} {self.created_at:%F}"
