"""What happened to files."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class ImportFinished(Event):
    """A file was imported; one event for the whole batch."""

    title = _("导入了文件")
    icon = "file-import"

    batch_id: int
    resource: str
    created: int
    updated: int
    user_id: int | None


@dataclass(frozen=True)
class ImportUndone(Event):
    """An import was taken back."""

    title = _("撤销了导入")
    icon = "arrow-back-up"

    batch_id: int
    resource: str
    records: int
    user_id: int | None


@dataclass(frozen=True)
class ExportReady(Event):
    """A large list was written to a file."""

    title = _("导出文件已就绪")
    icon = "download"

    export_id: int
    resource: str
    rows: int
    user_id: int | None
