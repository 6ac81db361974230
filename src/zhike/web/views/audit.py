"""The audit trail: read, filtered, exported, proven."""

import csv
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.identity.queries import accounts
from zhike.trust.actions import audit_export, verify_chain
from zhike.trust.queries import audit_entries
from zhike.trust.vocabulary import resource_titles
from zhike.web.views.simple import number, require, show

PAGE = 50
MOST_EXPORTED = 50_000
NAMES = ("kind", "user", "resource", "object_id", "since", "until", "succeeded", "q")
KINDS: dict[str, Any] = {
    "sign_in": _("登录"),
    "sign_out": _("退出"),
    "refused": _("拒绝访问"),
    "reveal": _("查看明文"),
    "export": _("导出"),
    "password_change": _("修改密码"),
    "password_reset": _("重置密码"),
    "second_factor_on": _("启用动态口令"),
    "second_factor_off": _("停用动态口令"),
    "second_factor_reset": _("重置动态口令"),
    "user_created": _("建立账号"),
    "user_changed": _("修改账号"),
    "user_deactivated": _("停用账号"),
    "user_reactivated": _("恢复账号"),
    "unit_created": _("建立部门"),
    "unit_moved": _("调整部门"),
    "unit_closed": _("撤销部门"),
    "unit_joined": _("加入部门"),
    "unit_left": _("离开部门"),
    "calendar_year": _("录入节假日"),
    "calendar_day": _("修改工作日历"),
    "role_created": _("建立角色"),
    "role_changed": _("修改角色"),
    "role_assigned": _("分配角色"),
    "role_withdrawn": _("收回角色"),
    "grant_changed": _("修改授权"),
    "field_rule_changed": _("修改字段权限"),
    "team_right_changed": _("修改团队角色"),
    "sign_in_rules_changed": _("修改登录规则"),
    "token_issued": _("创建接口令牌"),
    "token_revoked": _("作废接口令牌"),
    "handover": _("工作交接"),
    "audit_exported": _("导出审计记录"),
}


def audit(request: HttpRequest) -> HttpResponse:
    """Show the trail, newest first; ``?verify=1`` proves it, ``?export=csv`` downloads it."""
    by = require(request, "trust.auditentry")
    filters = {name: request.GET.get(name, "")[:100].strip() for name in NAMES}
    rows = audit_entries(filters, by=by)
    if request.GET.get("export") == "csv":
        return _export(request, rows, filters)
    before = number(request.GET.get("before"))
    page = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    titles = resource_titles()
    used = {name: value for name, value in filters.items() if value}
    return show(
        request,
        "web/settings/audit.html",
        lines=[
            (one, KINDS.get(one.kind, one.kind), titles.get(one.resource, one.resource))
            for one in page[:PAGE]
        ],
        older=urlencode({**used, "before": page[PAGE - 1].pk}) if len(page) > PAGE else "",
        newest=urlencode(used) if before else "",
        exported=urlencode({**used, "export": "csv"}),
        filters=filters,
        kinds=KINDS.items(),
        people=accounts(left=True)[:500],
        proof=verify_chain() if request.GET.get("verify") else None,
        may_export=by.may("trust.auditentry", "export"),
    )


def _export(request: HttpRequest, rows: Any, filters: dict[str, str]) -> HttpResponse:
    by = require(request, "trust.auditentry", "export")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="audit-{timezone.localdate():%Y%m%d}.csv"'
    )
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            "id",
            "at",
            "actor",
            "kind",
            "resource",
            "object",
            "succeeded",
            "address",
            "channel",
            "digest",
        ]
    )
    count = 0
    for one in rows[:MOST_EXPORTED].iterator():
        at = timezone.localtime(one.at).isoformat()
        cells = [
            one.pk,
            at,
            one.actor,
            one.kind,
            one.resource,
            one.object_id,
            one.succeeded,
            one.address,
            one.channel,
        ]
        writer.writerow([_plain(cell) for cell in (*cells, one.digest)])
        count += 1
    audit_export(by, count, urlencode({k: v for k, v in filters.items() if v}))
    return response


def _plain(value: Any) -> str:
    """Return text that no sheet program takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in "=+-@\t\r" and text else text
