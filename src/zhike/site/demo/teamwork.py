"""Teams, feedback, improvement, processes and reports of the demo company."""

import datetime as dt

from zhike.customers.models import Customer
from zhike.identity.models import Role
from zhike.identity.queries import add_working_days
from zhike.kernel.actions import create_record
from zhike.kernel.actor import Actor
from zhike.site.demo.organisation import Staff
from zhike.teamwork.actions.feedback import register_feedback, turn_into_item
from zhike.teamwork.actions.improvement import analyse_cause, create_item, finish_measure
from zhike.teamwork.actions.meetings import plan_meetings
from zhike.teamwork.actions.processes import add_part, publish_process
from zhike.teamwork.actions.reports import draw_up_reports
from zhike.teamwork.actions.suggestions import submit_suggestion, triage_suggestion
from zhike.teamwork.actions.teams import create_team, seat_member
from zhike.teamwork.models import (
    Feedback,
    ImprovementItem,
    Process,
    ProcessRole,
    ProcessStep,
    Suggestion,
    Team,
    TeamSeat,
)

CHIEF, SELLER, SERVICE, TECHNICIAN = "songyanqiu", "luzhixing", "jianganran", "xutinglan"
SAID = (
    ("华东蓝屿化工", "催化剂到货比约定晚了两天，车间停了半个班，希望以后提前告知。"),
    ("杭州屿见日化", "送货单上的批号和质检报告对不上，仓库要人工核对。"),
    ("苏州沐辰电子材料", "希望能在手机上直接查到订单走到哪一步。"),
)
PROCESS = (
    ("制定回访计划", {"crm_supervisor": "a", "sales": "r", "crm_owner": "i"}),
    ("执行回访并记录", {"sales_manager": "a", "sales": "r", "technical_support": "c"}),
    ("核对执行情况", {"crm_supervisor": "a", "crm_specialist": "r", "sales_manager": "i"}),
    ("改进", {"experience_officer": "a", "crm_specialist": "r", "crm_owner": "i"}),
)


def work_together(staff: Staff, today: dt.date) -> None:
    """Form the team, hear customers, improve, publish a process, draw up reports."""
    chief = staff.actor(CHIEF)
    _form_team(staff, chief)
    _improve(staff, chief, today)
    _publish(chief)
    idea = {"title": "回访前先看未结问题", "text": "拜访前系统提示该客户的未结反馈，避免重复询问。"}
    row = submit_suggestion(Suggestion, idea, by=staff.actor(SELLER))
    triage_suggestion(row, by=chief, handler=staff.users[SERVICE])
    submit_suggestion(
        Suggestion,
        {"title": "样品寄出后自动约回访", "text": "寄样后七天提醒询问试用结果。"},
        by=staff.actor(SELLER),
    )
    plan_meetings(today)
    draw_up_reports(today)


def _form_team(staff: Staff, chief: Actor) -> None:
    values = {
        "name": "客户关系管理团队",
        "kind": "crm",
        "purpose": "统一客户信息，协调跨部门行动。",
    }
    team = create_team(Team, values, by=chief)
    for username, function in ((SELLER, "sales"), (SERVICE, "service"), (TECHNICIAN, "technology")):
        seat = {"team": team.pk, "user": staff.users[username].pk, "function": function}
        seat_member(TeamSeat, seat, by=chief)


def _improve(staff: Staff, chief: Actor, today: dt.date) -> None:
    owner, due = staff.users[SERVICE], add_working_days(today, 15)
    heard = []
    for name, text in SAID:
        customer = Customer.unscoped.filter(short_name=name).first()
        values = {"customer": customer.pk if customer else None, "text": text}
        heard.append(register_feedback(Feedback, values, by=chief))
    item = turn_into_item(heard[0], by=chief, title="到货延迟提前告知", owner=owner, due_on=due)
    analyse_cause(
        item, by=chief, root_cause="承运商变更计划后没有人通知客户。",
        measure="调度变更当日由客服电话告知，并登记沟通记录。",
    )  # fmt: skip
    values = {
        "title": "统一送货单与质检报告批号",
        "source": "audit",
        "due_on": due,
        "owner": owner.pk,
    }
    second = create_item(ImprovementItem, values, by=chief)
    analyse_cause(second, by=chief, root_cause="两份单据来自两个系统。", measure="由仓储统一打印。")
    finish_measure(second, by=chief)
    values = {"title": "金卡客户回访逾期偏多", "source": "metric", "due_on": due, "owner": owner.pk}
    create_item(ImprovementItem, values, by=chief)


def _publish(chief: Actor) -> None:
    values = {"name": "客户回访流程", "code": "LC-01", "description": "从计划到改进的回访闭环。"}
    process = create_record(Process, values, by=chief)
    roles = {role.code: role.pk for role in Role.unscoped.filter(archived_at=None)}
    for number, (name, parts) in enumerate(PROCESS, 1):
        values = {"process": process.pk, "number": number, "name": name}
        step = add_part(ProcessStep, values, by=chief)
        for code, part in parts.items():
            add_part(ProcessRole, {"step": step.pk, "role": roles[code], "part": part}, by=chief)
    publish_process(process, by=chief)
