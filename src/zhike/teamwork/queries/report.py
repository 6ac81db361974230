"""The figures of a report, as far as its author may see, and the paper made of them."""

import datetime as dt
import hashlib
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.identity.queries import company_name
from zhike.interactions.models import Interaction, ToDo
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.sales.models import Order, Payment
from zhike.segments.models import Segment
from zhike.segments.queries.definition import BrokenDefinition
from zhike.segments.queries.members import customers_of, segments
from zhike.teamwork.models import (
    ActionConflict,
    AlignmentMeeting,
    Feedback,
    ImprovementItem,
    StatusReport,
    Suggestion,
)
from zhike.teamwork.queries.review import improvement, improvement_lines, satisfaction_lines

MOST_SEGMENTS = 8  # a report is read by people: those that were changed last
Line = tuple[str, str]
Section = dict[str, Any]


def figures_of(by: Actor, first: dt.date, last: dt.date) -> list[Section]:
    """Return the report's sections: title and (name, value) lines, from what ``by`` may see."""
    made = {"created_at__date__gte": first, "created_at__date__lte": last}
    return [
        {"title": _("客户结构"), "lines": _customers(by)},
        {"title": _("沟通与维护"), "lines": _talks(by, first, last)},
        {"title": _("订单与回款"), "lines": _money(by, first, last)},
        {"title": _("反馈与改进"), "lines": _improvement(by, made, first, last)},
        {"title": _("满意度评价与改进结果"), "lines": _satisfaction(by, first, last)},
        *_segments(by, first, last),
    ]


def _segments(by: Actor, first: dt.date, last: dt.date) -> list[Section]:
    """Return the section of segments: customers and money of each, as the author sees them."""
    if not by.may(Segment.key(), "view"):
        return []
    money = by.may(Order.key(), "view") and by.field_access(Order.key(), "amount") != "hidden"
    lines: list[Line] = []
    for segment in segments(by).order_by("-updated_at", "-id")[:MOST_SEGMENTS]:
        try:
            rows = customers_of(segment, by).order_by()
        except BrokenDefinition:
            lines.append((str(segment), _("条件已失效")))
            continue
        text = _("%d 家") % rows.count()
        if money:
            orders = Order.objects.visible_to(by).exclude(status="cancelled")
            orders = orders.filter(ordered_on__gte=first, ordered_on__lte=last)
            total = _sum(orders.filter(customer_id__in=rows.values("pk")))
            text = _("%(count)s，订单 %(sum)s 元") % {"count": text, "sum": total}
        lines.append((str(segment), text))
    return [{"title": _("客户细分"), "lines": lines}] if lines else []


def _customers(by: Actor) -> list[Line]:
    rows = Customer.objects.visible_to(by).order_by()
    counts = dict(rows.values_list("grade").annotate(n=Count("pk")))
    names: Any = dict(Customer._meta.get_field("grade").flatchoices)
    lines = [(str(name), str(counts.get(code, 0))) for code, name in names.items() if code]
    return [(_("在管客户（家）"), str(sum(counts.values()))), *lines]


def _talks(by: Actor, first: dt.date, last: dt.date) -> list[Line]:
    talks = Interaction.objects.visible_to(by).filter(
        occurred_at__date__gte=first, occurred_at__date__lte=last
    )
    due = ToDo.objects.visible_to(by).filter(due_at__date__gte=first, due_at__date__lte=last)
    met = sum(
        1 for done, limit in due.filter(status="done").values_list("done_at", "due_at")
        if done and done <= limit
    )  # fmt: skip
    meetings = AlignmentMeeting.objects.visible_to(by)
    held = meetings.filter(held_on__gte=first, held_on__lte=last).count()
    late = meetings.filter(status="planned", planned_on__lt=timezone.localdate()).count()
    return [
        (_("沟通（次）"), str(talks.count())),
        (_("其中拜访（次）"), str(talks.filter(channel="visit").count())),
        (_("沟通过的客户（家）"), str(talks.values("customer_id").distinct().count())),
        (_("到期待办（项）"), str(due.count())),
        (_("按时完成（项）"), str(met)),
        (_("召开对齐会议（次）"), str(held)),
        (_("逾期未开的对齐会议（次）"), str(late)),
    ]


def _money(by: Actor, first: dt.date, last: dt.date) -> list[Line]:
    lines: list[Line] = []
    if by.may(Order.key(), "view") and by.field_access(Order.key(), "amount") != "hidden":
        orders = Order.objects.visible_to(by).filter(ordered_on__gte=first, ordered_on__lte=last)
        lines.append((_("订单金额（元）"), _sum(orders.exclude(status="cancelled"))))
    if by.may(Payment.key(), "view") and by.field_access(Payment.key(), "amount") != "hidden":
        paid = Payment.objects.visible_to(by).filter(received_on__gte=first, received_on__lte=last)
        lines.append((_("回款金额（元）"), _sum(paid)))
    return lines


def _sum(rows: "QuerySet[Any]") -> str:
    return f"{rows.aggregate(total=Sum('amount'))['total'] or 0:,.2f}"


def _improvement(by: Actor, made: dict[str, Any], first: dt.date, last: dt.date) -> list[Line]:
    items = ImprovementItem.objects.visible_to(by)
    open_items = items.exclude(status="closed")
    feedback = Feedback.objects.visible_to(by).filter(**made)
    return [
        (_("客户反馈（条）"), str(feedback.count())),
        (_("其中待处理（条）"), str(feedback.filter(status="new").count())),
        (_("新增改进项（项）"), str(items.filter(**made).count())),
        (
            _("关闭改进项（项）"),
            str(items.filter(closed_on__gte=first, closed_on__lte=last).count()),
        ),
        (_("逾期改进项（项）"), str(open_items.filter(due_on__lt=timezone.localdate()).count())),
        (_("员工建议（条）"), str(Suggestion.objects.visible_to(by).filter(**made).count())),
        (_("行动冲突（次）"), str(ActionConflict.objects.visible_to(by).filter(**made).count())),
    ]


def _satisfaction(by: Actor, first: dt.date, last: dt.date) -> list[Line]:
    """Return satisfaction by department and what improvement came to (ORG-022)."""
    items = ImprovementItem.objects.visible_to(by)
    return [
        *satisfaction_lines(by, first, last),
        *improvement_lines(improvement(items, first, last)),
    ]


def report(pk: int, by: Actor) -> StatusReport:
    """Return a report.

    Raises:
        NotFound: none for this reader.
    """
    rows = StatusReport.objects.visible_to(by).select_related("owner", "unit", "superior")
    found: StatusReport | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def report_paper(row: StatusReport) -> bytes:
    """Return the report as PDF; the same row gives the same bytes."""
    from zhike.chinese.paper import Paper  # PDF and fonts are heavy: only who prints loads them

    at = row.signed_at or row.created_at
    paper = Paper(str(row.title), at)
    paper.note(company_name())
    words = {"first": row.starts_on, "last": row.ends_on, "who": row.owner or "—"}
    paper.line(_("期间 %(first)s 至 %(last)s　报告人 %(who)s") % words)
    paper.line(_("报送 %s") % (row.superior or "—"))
    for section in row.snapshot.get("sections", []):
        paper.heading(section["title"])
        lines = [tuple(line) for line in section["lines"]]
        if lines:
            paper.table((_("指标"), _("数值")), lines)
    if row.remark:
        paper.heading(_("说明"))
        paper.line(str(row.remark))
    paper.heading(_("签发"))
    if row.signed_at:
        moment = timezone.localtime(row.signed_at)
        paper.line(_("%(who)s 于 %(at)s 签发") % {"who": row.signed_by, "at": f"{moment:%F %H:%M}"})
    else:
        paper.line(_("未签发，仅供预览。"))
    taken = row.snapshot.get("taken_at", "")
    paper.note(_("数据由系统于 %s 按报告人的数据权限生成并冻结。") % taken)
    return paper.bytes()


def report_intact(row: StatusReport) -> bool:
    """Tell whether the kept file is the one that was signed."""
    return bool(row.pdf) and hashlib.sha256(bytes(row.pdf or b"")).hexdigest() == row.digest
