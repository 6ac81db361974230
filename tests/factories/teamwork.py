"""Teams, feedback, processes and meetings."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import Values, held_by, make, maker, parent_of, serial


@maker("teamwork.team")
def _team(**context: Any) -> Values:
    return {**held_by(**context), "name": f"客户关系管理团队{serial()}", "kind": "crm"}


@maker("teamwork.teamseat")
def _seat(**context: Any) -> Values:
    user = context.get("user") or make("identity.user")
    return {"team": parent_of("teamwork.team", context), "user": user, "function": "sales"}


@maker("teamwork.feedback")
def _feedback(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {**held_by(**context), "customer": customer, "text": "交货比约定晚了两天。"}


@maker("teamwork.process")
def _process(**_: Any) -> Values:
    n = serial()
    return {"name": f"客户回访流程{n}", "code": f"LC-{n}", "phase": "execute"}


@maker("teamwork.processstep")
def _step(**context: Any) -> Values:
    return {"process": parent_of("teamwork.process", context), "number": 1, "name": "制定计划"}


@maker("teamwork.processrole")
def _process_role(**context: Any) -> Values:
    step = context.get("step") or make("teamwork.processstep")
    role = context.get("role") or make("identity.role")
    return {"step": step, "role": role, "part": "a"}


@maker("teamwork.suggestion")
def _suggestion(**context: Any) -> Values:
    return {**held_by(**context), "title": f"回访前先看工单{serial()}", "text": "减少重复询问。"}


@maker("teamwork.improvementitem")
def _item(**context: Any) -> Values:
    due = timezone.localdate() + timedelta(days=20)
    return {
        **held_by(**context),
        "title": f"缩短交货时间{serial()}",
        "source": "audit",
        "due_on": due,
    }


@maker("teamwork.alignmentmeeting")
def _meeting(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {**held_by(**context), "customer": customer, "planned_on": timezone.localdate()}


@maker("teamwork.actionconflict")
def _conflict(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {
        **held_by(**context),
        "customer": customer,
        "day": timezone.localdate(),
        "source_key": f"test:{serial()}",
    }


@maker("teamwork.statusreport")
def _report(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    return {
        "owner": owner or make("identity.user"),
        "unit": unit,
        "title": "客户关系管理情况报告",
        "starts_on": date(2026, 2, 1),
        "ends_on": date(2026, 2, 28),
        "snapshot": {"sections": [{"title": "客户结构", "lines": [["在管客户", "3"]]}]},
    }


@maker("teamwork.departmentreview")
def _review(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    first = timezone.localdate().replace(month=1, day=1)
    return {
        "unit": unit or make("identity.orgunit"),
        "owner": owner,
        "starts_on": first,
        "ends_on": first + timedelta(days=89),
        "score": 80,
    }
