"""What follows when a file is done: a notice to its person."""

from django.utils.translation import gettext as _

from zhike.exchange.events import ExportReady, ImportFinished, ImportUndone
from zhike.identity.actions.notices import notify
from zhike.kernel.actor import SYSTEM
from zhike.kernel.events import on


@on(ExportReady)
def tell_exported(event: ExportReady) -> None:
    """Tell the person that a large export can be downloaded."""
    from zhike.exchange.exports import AT_ONCE

    if event.user_id and event.rows > AT_ONCE:
        notify(
            [event.user_id],
            _("导出文件已就绪，共 %d 行") % event.rows,
            by=SYSTEM(reason="exchange"),
            url=f"/exchange/exports/{event.export_id}/",
            icon="download",
        )


@on(ImportFinished)
def tell_imported(event: ImportFinished) -> None:
    """Tell the person that the import ended."""
    if event.user_id:
        counts = {"created": event.created, "updated": event.updated}
        notify(
            [event.user_id],
            _("导入完成：新增 %(created)d 条，更新 %(updated)d 条") % counts,
            by=SYSTEM(reason="exchange"),
            url=f"/exchange/{event.batch_id}/",
            icon="file-import",
        )


@on(ImportUndone)
def tell_undone(event: ImportUndone) -> None:
    """Tell the person that the import was taken back."""
    if event.user_id:
        notify(
            [event.user_id],
            _("导入已撤销"),
            by=SYSTEM(reason="exchange"),
            url=f"/exchange/{event.batch_id}/",
            icon="arrow-back-up",
        )
