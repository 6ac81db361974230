"""The organisation, its calendar, and grants."""

from datetime import date, timedelta
from typing import Any

from tests.factories.core import START, Values, make, maker, serial


@maker("identity.user")
def _user(**_: Any) -> Values:
    n = serial()
    name = "王" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(n))
    return {"username": f"user{n}", "display_name": name, "password": "!"}


@maker("identity.orgunit")
def _unit(**_: Any) -> Values:
    n = serial()
    return {"name": f"部门{n}", "code": f"U{n}", "kind": "sales"}


@maker("identity.orgplacement")
def _placement(**context: Any) -> Values:
    return {"unit": context.get("unit") or make("identity.orgunit"), "valid_from": START}


@maker("identity.post")
def _post(**_: Any) -> Values:
    n = serial()
    return {"name": f"岗位{n}", "code": f"P{n}"}


@maker("identity.membership")
def _membership(**context: Any) -> Values:
    unit = context.get("unit") or make("identity.orgunit")
    user = context.get("user") or make("identity.user")
    return {"user": user, "unit": unit, "valid_from": START}


@maker("identity.role")
def _role(**_: Any) -> Values:
    n = serial()
    return {"code": f"role{n}", "name": f"角色{n}"}


@maker("identity.roleassignment")
def _assignment(**context: Any) -> Values:
    return {
        "user": context.get("user") or make("identity.user"),
        "role": context.get("role") or make("identity.role"),
        "valid_from": START,
    }


@maker("identity.handover")
def _handover(**context: Any) -> Values:
    leaver = context.get("owner") or make("identity.user")
    items = [{"resource": "customers.customer", "ids": [], "to": leaver.pk}]
    return {"leaver": leaver, "counts": {"customers.customer": 1}, "items": items}


@maker("identity.calendarday")
def _calendar_day(**_: Any) -> Values:
    return {"day": date(2100, 1, 1) + timedelta(days=serial()), "kind": "off", "name": "厂庆"}


@maker("identity.workweek")
def _work_week(**_: Any) -> Values:
    return {"valid_from": date(2100, 1, 1) + timedelta(days=serial()), "monday": "09:00-17:00"}


@maker("identity.savedview")
def _saved_view(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    return {"user": user, "resource": "customers.customer", "name": f"视图{serial()}"}


@maker("identity.notice")
def _notice(owner: Any = None, **_: Any) -> Values:
    return {"user": owner or make("identity.user"), "title": "有一项审批等您处理"}


@maker("trust.grant")
def _grant(**context: Any) -> Values:
    role = context.get("role") or make("identity.role")
    return {"role": role, "resource": "customers.customer", "verb": "view", "reach": "own"}


@maker("trust.fieldrule")
def _field_rule(**context: Any) -> Values:
    role = context.get("role") or make("identity.role")
    return {"role": role, "resource": "customers.customer", "field": "phone", "access": "masked"}


@maker("trust.teamright")
def _team_right(**_: Any) -> Values:
    return {"team_role": "csm", "resource": f"customers.kind{serial()}", "verb": "view"}


@maker("trust.apitoken")
def _token(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    return {"user": user, "name": f"令牌{serial()}", "digest": f"{serial():064d}"}
