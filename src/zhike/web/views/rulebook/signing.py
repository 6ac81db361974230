"""Signing a document, reminding, whom it covers, and the list as a sheet (ORG-028)."""

import datetime as dt
import tempfile

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhike.exchange.sheets.writer import write_xlsx
from zhike.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from zhike.rulebook.actions import documents, signatures
from zhike.rulebook.queries import documents as read
from zhike.web.views.rulebook.documents import url_of
from zhike.web.views.rulebook.shared import actor, back, say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign an edition for oneself."""
    by = actor(request)
    edition = read.edition(pk, by)
    try:
        signatures.acknowledge(pk, by=by)
    except Refusal as error:
        say(request, error)
        return back(request, url_of(edition.document_id, pk))
    return back(request, url_of(edition.document_id, pk), _("已签收，谢谢。"))


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask everybody who has not signed."""
    by = actor(request)
    edition = read.edition(pk, by)
    count = signatures.remind(pk, by=by)
    text = ngettext("已提醒 %d 人。", "已提醒 %d 人。", count) % count
    return back(request, url_of(edition.document_id, pk, "&tab=signatures"), text)


@require_POST
def coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the covered units."""
    by = actor(request)
    units = [int(raw) for raw in request.POST.getlist("units") if raw.isdigit() and len(raw) < 18]
    edition = request.POST.get("edition", "")
    url = url_of(pk, int(edition) if edition.isdigit() and len(edition) < 18 else None)
    url += "&tab=signatures" if "?" in url else "?tab=signatures"
    try:
        documents.cover_units(pk, by=by, units=units)
    except Invalid as error:
        say(request, error)
        return back(request, url)
    return back(request, url, _("适用部门已更新。"))


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the acknowledgement list of an edition as a sheet."""
    by = actor(request)
    document = read.document(pk, by)
    if not by.may("rulebook.acknowledgement", "export"):
        raise Forbidden(resource="rulebook.acknowledgement", verb="export")
    asked = request.GET.get("edition", "")
    edition = (
        read.edition(int(asked[:18]), by) if asked.isdigit() else read.editions_in_force().get(pk)
    )
    if edition is None or edition.document_id != document.pk:
        raise NotFound
    title = _("%(title)s 第 %(number)d 版") % {"title": document.title, "number": edition.number}
    rows = [
        (one.name, one.unit, _("已签收") if one.acknowledged_at else _("未签收"),
         _local(one.acknowledged_at))
        for one in read.signatures(edition)
    ]  # fmt: skip
    watermark = f"{by.name} {timezone.localtime():%Y-%m-%d %H:%M}"
    headers = [_("姓名"), _("部门"), _("状态"), _("签收时间")]
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        write_xlsx(file.name, headers, rows, sheet_name=_("签收名单"), watermark=watermark)
        body = file.read()
    response = HttpResponse(body, content_type=XLSX)
    name = f"{title}-{_('签收名单')}.xlsx"
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    """Return the local time as a sheet holds it, without zone."""
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None


def _attachment(name: str) -> str:
    from urllib.parse import quote

    return f"attachment; filename=\"signatures.xlsx\"; filename*=UTF-8''{quote(name)}"
