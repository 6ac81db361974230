"""The draft of a needs document, written from classified needs (NEED-005)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.needs.models import Attendee, Meeting, Need, Project, Topic


@dataclass(frozen=True)
class Draft:
    """One clause to be written."""

    heading: str
    text: str
    need_id: int | None = None


def draft_clauses(
    needs: Sequence[Need], *, meeting: Meeting | None = None, project: Project | None = None
) -> list[Draft]:
    """Return background, overview, one clause for each need by type, conclusions."""
    found = [Draft(_("背景与范围"), _background(needs, meeting, project))]
    found.append(Draft(_("需求概览"), _overview(needs)))
    conclusions = _conclusions(meeting)
    ordered = sorted(needs, key=lambda n: (n.type_id, -(n.importance or 0), n.pk))
    for kind, group in groupby(ordered, key=lambda n: str(n.type)):
        found += [
            Draft(
                f"{kind} · {need.title}"[:120], _need(need, conclusions.get(need.pk, "")), need.pk
            )
            for need in group
        ]
    if meeting is not None and meeting.conclusions:
        found.append(Draft(_("会议结论与后续安排"), str(meeting.conclusions)))
    return found


def _background(needs: Iterable[Need], meeting: Meeting | None, project: Project | None) -> str:
    lines = []
    if meeting is not None:
        when = timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d")
        lines.append(
            _("依据 %(day)s 召开的“%(title)s”整理。") % {"day": when, "title": meeting.title}
        )
        people = Attendee.unscoped.filter(meeting=meeting, came=True, archived_at__isnull=True)
        names = people.order_by("id").values_list("user__display_name", flat=True)
        if names:
            lines.append(_("参会：%s。") % "、".join(names))
    if project is not None:
        lines.append(
            _("客户项目：%(name)s，当前阶段为%(stage)s。")
            % {"name": project.name, "stage": project.get_stage_display()}
        )
    customers = list(dict.fromkeys(str(need.customer) for need in needs))
    if customers:
        lines.append(_("涉及客户：%s。") % "、".join(customers))
    return "\n".join(lines) or _("待补充。")


def _overview(needs: Sequence[Need]) -> str:
    kinds: dict[str, int] = {}
    for need in needs:
        kinds[str(need.type)] = kinds.get(str(need.type), 0) + 1
    lines = [_("共 %d 项客户需求。") % len(needs)]
    lines += [_("%(kind)s %(count)d 项") % {"kind": k, "count": n} for k, n in kinds.items()]
    total = sum(need.value or 0 for need in needs)
    if total:
        lines.append(_("涉及金额合计 %s 元") % f"{total:,.0f}")
    return "\n".join(lines)


def _conclusions(meeting: Meeting | None) -> dict[int, str]:
    if meeting is None:
        return {}
    rows = Topic.unscoped.filter(meeting=meeting, need__isnull=False, archived_at__isnull=True)
    return {int(need): text for need, text in rows.values_list("need_id", "conclusion") if text}


def _need(need: Need, conclusion: str) -> str:
    lines = [
        _("客户：%(customer)s；编号：%(code)s；来源：%(source)s；优先级：%(priority)s。")
        % {
            "customer": need.customer, "code": need.code, "source": need.get_source_display(),
            "priority": need.get_priority_display(),
        },
        _("需求描述：%s") % need.description,
    ]  # fmt: skip
    if need.importance is not None:
        lines.append(
            _("分析：重要度 %(importance)s，现状满意度 %(satisfaction)s，KANO 分类：%(kano)s，"
              "投入 %(effort)s 人日。")
            % {
                "importance": need.importance, "satisfaction": need.satisfaction,
                "kano": need.get_kano_display() or _("未分类"), "effort": need.effort,
            }
        )  # fmt: skip
    if need.due_on:
        lines.append(_("客户期望日期：%s。") % need.due_on.isoformat())
    if conclusion:
        lines.append(_("会议结论：%s") % conclusion)
    return "\n".join(lines)


def needs_of_meeting(meeting: Meeting) -> list[Need]:
    """Return the needs on a meeting's agenda."""
    topics = Topic.unscoped.filter(meeting=meeting, archived_at__isnull=True)
    rows = Need.unscoped.filter(pk__in=topics.values("need_id"), archived_at__isnull=True)
    return list(rows.select_related("customer", "type").order_by("id"))
