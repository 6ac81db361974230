"""The components page: every part of the interface in its states."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.web.menu import Group, Item
from zhike.web.menu import html as menu_html


class SampleForm(forms.Form):
    """Fields in their states; the second is refused, the last is locked."""

    name = forms.CharField(label=_("默认"), initial="江苏澄泰新材料")
    mobile = forms.RegexField(
        r"^\d{11}$", label=_("手机号"), error_messages={"invalid": _("应为 11 位，当前 10 位")}
    )
    source = forms.ChoiceField(label=_("来源"), choices=[("fair", _("展会")), ("visit", _("拜访"))])
    code = forms.CharField(
        label=_("已锁定"), disabled=True, required=False, help_text=_("由编号规则生成")
    )


def _rows() -> list[dict[str, object]]:
    good, flat, bad = [3, 4, 8, 7, 10, 13, 14], [6, 8, 7, 9, 8, 9, 9], [14, 13, 11, 10, 8, 5, 3]
    columns = ("name", "grade", "life", "health", "trend", "tone", "risk", "spent", "state")
    lines = (
        ("宁波瀚海涂料有限公司", "gold", "loyal", 68, good, "", 0.24, 735200, ""),
        ("苏州沐辰电子材料有限公司", "silver", "customer", 70, flat, "", 0.21, 688000, "hover"),
        ("江苏澄泰新材料股份有限公司", "vip", "loyal", 73, good, "zq", 0.29, 2148000, "selected"),
        ("山东锐恒精细化工有限公司", "gold", "lost", 46, bad, "zhu", 0.72, 1032000, ""),
        ("常州云岫树脂有限公司", "bronze", "interested", 58, flat, "", 0.38, 156700, ""),
        ("江南功能材料研究院", "standard", "prospect", 76, good, "zq", 0.1, 28400, ""),
    )
    return [dict(zip(columns, line, strict=True), id=index) for index, line in enumerate(lines, 1)]


def _shell_sample() -> dict[str, object]:
    groups = [
        Group("", [Item(gettext("工作台"), "#home", "layout-dashboard"),
                   Item(gettext("消息"), "#notices", "message-2")]),
        Group(gettext("客户"), [Item(gettext("客户"), "#customers", "building"),
                             Item(gettext("联系人"), "#people", "users"),
                             Item(gettext("商机"), "#opportunities", "target-arrow")]),
        Group(gettext("治理"), [Item(gettext("制度中心"), "#rules", "gavel"),
                             Item(gettext("设置"), "#settings", "settings")]),
    ]  # fmt: skip
    counts = {"#home": 11, "#notices": 5, "#customers": 1284, "#opportunities": 20, "#rules": 2}
    return {
        "navigation": menu_html(groups, "#customers", dict(counts)),
        "new_menu": [{"title": _("新建客户"), "url": "#", "icon": "building", "key": "c"}],
        "me": {"id": 7, "name": "陆知行", "title": _("客户经理"), "url": "#"},
        "organization_name": "东澜化学 · 华东大区",
        "notices_count": 3,
    }


def components(request: HttpRequest) -> HttpResponse:
    """Show the components; only where debugging is on."""
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    form = SampleForm(
        {"name": "江苏澄泰新材料", "mobile": "1380013800", "source": "fair"},
        initial={"code": "C-2021-000318"},
    )
    context = {
        **_shell_sample(),
        "form": form,
        "rows": _rows(),
        "grades": ("vip", "gold", "silver", "bronze", "standard"),
        "stages": ("prospect", "interested", "customer", "loyal", "lost"),
        "severities": ("normal", "serious", "critical"),
        "swatches": (
            "paper",
            "surface",
            "fill",
            "line",
            "line-2",
            "ctl",
            "ink",
            "ink-2",
            "ink-3",
            "ink-4",
        ),
        "accents": ("dai", "zhu", "hu", "zhuqing", "dian", "zi"),
        "tones": ("", "dai", "zq", "hu", "zhu", "dian", "zi"),
        "rising": [3, 4, 8, 7, 10, 13, 14],
        "falling": [14, 13, 11, 10, 8, 5, 3],
        "now": now,
        "started": now - timedelta(hours=8),
        "calm": now + timedelta(hours=8, minutes=40, seconds=55),
        "soon": now + timedelta(hours=1, minutes=5, seconds=12),
        "late": now - timedelta(minutes=12, seconds=30),
        "tabs": [
            {"title": _("全部"), "url": "#", "count": "1,284"},
            {"title": _("我的重点客户"), "url": "#", "count": 142, "active": True},
            {"title": _("流失预警"), "url": "#", "count": 18, "hot": True},
        ],
        "segments": [
            {"title": _("看板"), "url": "#", "active": True},
            {"title": _("列表"), "url": "#"},
            {"title": _("预测"), "url": "#"},
        ],
        "steps": [
            {"title": _("上传"), "state": "done"},
            {"title": _("匹配字段"), "state": "done"},
            {"title": _("检查与查重"), "state": "now"},
            {"title": _("导入"), "state": "later"},
        ],
        "evidence": [
            {"title": _("年消费额 ≥ 100 万"), "value": "¥386.4万", "met": True},
            {"title": _("忠诚度得分 ≥ 70"), "value": "88", "met": True},
            {"title": _("无逾期超 60 天应收"), "value": _("1 笔"), "met": False},
        ],
        "days": [
            {
                "title": _("昨天"),
                "events": [
                    {
                        "icon": "phone",
                        "title": "陆知行",
                        "note": _("与 顾明远 通话 12 分钟"),
                        "at": now - timedelta(days=1),
                        "body": "二期 4 月投产，丙烯酸丁酯年需求约 1,600 吨。",
                        "tags": [{"text": _("需求"), "tone": "dian"}, {"text": "1,600 吨/年"}],
                    },
                    {
                        "icon": "truck-delivery",
                        "title": _("订单 SO-20261117-022 已签收"),
                        "at": now - timedelta(days=1),
                    },
                ],
            }
        ],
        "job": {"title": _("导入客户"), "done": 1860, "total": 2400, "left_text": _("剩约 20 秒")},
        "conflict_rows": [
            {"label": _("付款条件"), "mine": _("月结 45 天"), "theirs": _("月结 60 天")}
        ],
        "batch": [
            {"title": _("分配负责人"), "url": "#", "icon": "user-share"},
            {"title": _("打标签"), "url": "#", "icon": "tag"},
        ],
        "columns": [
            {"key": "name", "title": _("客户名称"), "shown": True, "fixed": True},
            {"key": "grade", "title": _("分级"), "shown": True},
            {"key": "credit_code", "title": _("统一社会信用代码"), "note": _("脱敏")},
        ],
        "chart": {
            "xAxis": {"type": "category", "data": ["VIP", "金卡", "银卡", "铜卡"]},
            "yAxis": {"type": "value"},
            "series": [
                {
                    "type": "bar",
                    "name": "v3.2",
                    "data": [38, 96, 214, 287],
                    "itemStyle": {"color": "$line-2"},
                },
                {
                    "type": "bar",
                    "name": "v3.3",
                    "data": [35, 100, 214, 263],
                    "itemStyle": {"color": "$c1"},
                },
            ],
            "legend": {},
        },
    }
    return render(request, "web/components.html", context)
