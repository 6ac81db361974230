"""Consents, care, relations and win-back."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import START, Values, held_by, make, maker, parent_of, serial


def _person_of(context: Values) -> Any:
    if context.get("person"):
        return context["person"]
    return make("customers.person", customer=parent_of("customers.customer", context))


@maker("loyalty.consent")
def _consent(**context: Any) -> Values:
    person = _person_of(context)
    return {
        **held_by(**context),
        "person": person,
        "customer": person.customer,
        "decided_on": START,
        "source": "展会登记表",
        "text_version": "2026-01",
    }


@maker("loyalty.importantdate")
def _important_date(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    solar_on = date(2010, 5, 20)
    return {**held_by(**context), "customer": customer, "title": "厂庆", "solar_on": solar_on}


@maker("loyalty.careitem")
def _care_item(**context: Any) -> Values:
    person = _person_of(context)
    return {
        **held_by(**context),
        "occasion_key": f"solar:{serial()}",
        "customer": person.customer,
        "person": person,
        "occasion": "生日",
        "kind": "birthday",
        "occurs_on": timezone.localdate(),
        "channel": "wecom",
    }


@maker("loyalty.gift")
def _gift(**context: Any) -> Values:
    person = _person_of(context)
    return {
        **held_by(**context),
        "customer": person.customer,
        "person": person,
        "recipient": "private",
        "description": "茶叶",
        "occasion": "中秋节",
        "given_on": timezone.localdate(),
        "value": 150,
    }


@maker("loyalty.activity")
def _activity(**context: Any) -> Values:
    day = timezone.localdate()
    return {
        **held_by(**context),
        "title": f"涂料助剂沙龙{serial()}",
        "kind": "salon",
        "starts_on": day,
        "ends_on": day,
        "budget": 3000,
    }


@maker("loyalty.invitee")
def _invitee(**context: Any) -> Values:
    held = {name: context.get(name) for name in ("owner", "unit")}
    activity = context.get("activity") or make("loyalty.activity", status="approved", **held)
    person = _person_of(context)
    return {"activity": activity, "person": person, "customer": person.customer}


@maker("loyalty.relationstep")
def _relation_step(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    code, day = f"step{serial()}", timezone.localdate()
    held = held_by(**context)
    return {**held, "customer": customer, "code": code, "title": "首次拜访", "due_on": day}


@maker("loyalty.deepeningplan")
def _deepening_plan(**context: Any) -> Values:
    day = timezone.localdate()
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "title": "年度深化计划",
        "sponsor": make("identity.user"),
        "starts_on": day,
        "ends_on": day + timedelta(days=180),
    }


@maker("loyalty.plangoal")
def _plan_goal(**context: Any) -> Values:
    held = {name: context[name] for name in ("owner", "unit", "customer") if context.get(name)}
    plan = context.get("plan") or make("loyalty.deepeningplan", **held)
    return {
        "plan": plan,
        "customer": plan.customer,
        "kind": "contacts",
        "title": "新增两位研发对接人",
        "target": 2,
    }


@maker("loyalty.relationhealth")
def _relation_health(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    facts = {"frequency": 3}
    held = {"customer": customer, "score": 50, "level": "fair"}
    return {**held, "facts": facts, "valid_from": START}


@maker("loyalty.trustindicator")
def _trust_indicator(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    expected = "全年按期交付不低于 98%"
    return {**held_by(**context), "customer": customer, "title": "按期交付", "expected": expected}


@maker("loyalty.driverrecord")
def _driver_record(**context: Any) -> Values:
    asked = timezone.now() - timedelta(days=5)
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "kind": "delivery",
        "title": "分散剂 20 吨",
        "asked_at": asked,
        "promised_at": asked + timedelta(days=2),
        "done_at": asked + timedelta(days=1),
    }


@maker("loyalty.note")
def _note(**context: Any) -> Values:
    person = _person_of(context)
    held = {**held_by(**context), "person": person, "customer": person.customer}
    return {**held, "kind": "interest", "level": "normal", "text": "喜欢钓鱼", "source": "闲谈"}


@maker("loyalty.winbackprogramme")
def _win_back_programme(**context: Any) -> Values:
    day = timezone.localdate()
    ends_on = day + timedelta(days=90)
    title = f"挽回项目{serial()}"
    return {**held_by(**context), "title": title, "starts_on": day, "ends_on": ends_on}


@maker("loyalty.winbackcase")
def _win_back_case(**context: Any) -> Values:
    held = {name: context.get(name) for name in ("owner", "unit")}
    programme = context.get("programme") or make("loyalty.winbackprogramme", **held)
    customer = parent_of("customers.customer", context)
    return {
        **held_by(**context),
        "programme": programme,
        "customer": customer,
        "lost_because": "生命周期为流失",
    }
