"""A year of care and relations of the demo company, through the same actions as anybody would."""

import datetime as dt
from typing import Any

from zhike.customers.models import Customer, Person
from zhike.kernel.actions import create_record
from zhike.kernel.actor import Actor
from zhike.loyalty import actions
from zhike.loyalty.models import (
    Activity,
    Consent,
    DeepeningPlan,
    DriverRecord,
    Gift,
    ImportantDate,
    Invitee,
    Note,
    PlanGoal,
    TrustIndicator,
    WinBackCase,
    WinBackProgramme,
)
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, dated, insert

SUPERVISOR, APPROVER = "songyanqiu", "qinruochuan"
KEY_CUSTOMER = "华东蓝屿化工"
LUNAR = ("L10-15", "L12-30", "L06r-03", "L11-02", "L08-15", "L01-06")
SOLAR = ((1979, 12, 3), (1984, 11, 28), (1988, 2, 29), (1991, 12, 12), (1976, 1, 9))
DRIVERS = (
    ("delivery", "分散剂 20 吨", 40, 48, 44, None), ("delivery", "固化剂 6 吨", 33, 48, 60, None),
    ("delivery", "流平剂 3 吨", 20, 48, 30, None), ("response", "询价答复", 25, 8, 3, None),
    ("response", "交期确认", 12, 8, 6, None), ("support", "涂层起泡分析", 28, 72, 70, True),
    ("support", "配方调整建议", 9, 72, 90, False),
)  # fmt: skip


def remember(staff: Staff, by: Actor, today: dt.date) -> None:
    """Tell birthdays, consents, gifts, an activity, plans, drivers, notes and a win-back."""
    owned = Customer.unscoped.filter(owner__isnull=False, archived_at__isnull=True)
    best = list(owned.exclude(lifecycle="lost").order_by("-annual_spend", "id")[:40])
    people = list(
        Person.unscoped.filter(customer__in=best, archived_at__isnull=True).order_by("id")[:60]
    )
    _birthdays(people, today)
    _consents(people, today)
    _drivers(best[:12], today)
    key = Customer.unscoped.filter(short_name=KEY_CUSTOMER).first() or best[0]
    supervisor = staff.actor(SUPERVISOR)
    _dates(best[:8], supervisor, today)
    guests = [one for one in people if one.customer_id == key.pk] or people[:2]
    _gifts(guests, staff, today)
    _activity(guests + people[:6], staff, today)
    _deepen(key, guests[0], supervisor, staff, today)
    actions.begin_relation(best[-1].pk, by=supervisor)
    _win_back(supervisor, today)
    for days in (150, 90, 30, 0):
        actions.score_relations(today - dt.timedelta(days=days), by=by)
    actions.plan_care(today, by=by)
    actions.plan_visits(today, by=by)
    actions.track_reorders(today, by=by)


def _birthdays(people: list[Person], today: dt.date) -> None:
    """Give every other person a birthday, some of them in the next days, a third lunar ones."""
    for number, person in enumerate(people):
        if number % 3 == 0:
            person.lunar_birthday = LUNAR[number // 3 % len(LUNAR)]
        elif person.birthday is None:
            soon = today + dt.timedelta(days=number // 2)
            year, month, day = SOLAR[number % len(SOLAR)]
            near = (1980 + number % 12, soon.month, min(soon.day, 28))
            person.birthday = dt.date(*(near if number % 2 else (year, month, day)))
    Person.unscoped.bulk_update(people, ["birthday", "lunar_birthday"])


def _consents(people: list[Person], today: dt.date) -> None:
    rows = []
    for number, person in enumerate(people):
        if number % 5 == 4:
            continue  # nobody has asked these yet
        asked = today - dt.timedelta(days=200 + number)
        values: dict[str, Any] = {
            "person": person, "customer_id": person.customer_id, "purpose": "care",
            "channel": "any", "owner_id": person.owner_id, "unit_id": person.unit_id,
            "source": "名片交换时当面确认", "text_version": "2026-01",
        }  # fmt: skip
        rows.append(Consent(**values, state="given", decided_on=asked, created_at=at(asked)))
        if number % 11 == 6:
            left = today - dt.timedelta(days=20)
            values["source"] = "客户来电要求停止"
            rows.append(Consent(**values, state="withdrawn", decided_on=left, created_at=at(left)))
    insert(Consent, rows)


def _drivers(customers: list[Customer], today: dt.date) -> None:
    rows = []
    for number, customer in enumerate(customers):
        for kind, title, days, promised, took, solved in DRIVERS:
            asked = at(today - dt.timedelta(days=days + number), 10)
            took += 30 if number % 4 == 3 else 0
            rows.append(
                DriverRecord(
                    customer=customer, kind=kind, title=title, asked_at=asked,
                    promised_at=asked + dt.timedelta(hours=promised),
                    done_at=asked + dt.timedelta(hours=took), solved=solved,
                    owner_id=customer.owner_id, unit_id=customer.unit_id, created_at=asked,
                )
            )  # fmt: skip
    insert(DriverRecord, rows)


def _dates(customers: list[Customer], by: Actor, today: dt.date) -> None:
    for number, customer in enumerate(customers):
        day = today + dt.timedelta(days=4 + 6 * number)
        founded = dt.date(1998 + number, day.month, min(day.day, 28)).isoformat()
        values = {"customer": customer.pk, "kind": "founding", "title": "成立纪念日"}
        create_record(ImportantDate, {**values, "solar_on": founded}, by=by)


def _gifts(guests: list[Person], staff: Staff, today: dt.date) -> None:
    supervisor, told = staff.actor(SUPERVISOR), "样书与茶叶"
    for number, (value, occasion) in enumerate(
        ((120, "中秋节"), (180, "新品发布"), (360, "合作周年"))
    ):
        person = guests[number % len(guests)]
        values = {
            "customer": person.customer_id, "person": person.pk, "recipient": "private",
            "kind": "meal" if number == 2 else "gift", "occasion": occasion,
            "description": "工作午餐" if number == 2 else told,
            "given_on": today - dt.timedelta(days=40 - 15 * number), "value": value,
        }  # fmt: skip
        gift = actions.create_gift(Gift, values, by=supervisor)
        if number == 0:
            dated(Gift.unscoped.filter(pk=gift.pk), status=Gift.Status.GIVEN)


def _activity(guests: list[Person], staff: Staff, today: dt.date) -> None:
    supervisor = staff.actor(SUPERVISOR)
    day = today - dt.timedelta(days=12)
    values = {
        "title": "水性涂料助剂应用沙龙", "kind": "salon", "goal": "交流低气味与快干配方经验。",
        "starts_on": day, "ends_on": day, "place": "上海研发中心", "budget": 18_000,
    }  # fmt: skip
    activity = create_record(Activity, values, by=supervisor)
    actions.submit_activity(activity.pk, by=supervisor)
    actions.approve_activity(activity.pk, by=staff.actor(APPROVER), note="同意，控制餐费。")
    made = [
        actions.create_invitee(
            Invitee, {"activity": activity.pk, "person": one.pk}, by=supervisor
        )
        for one in {one.pk: one for one in guests}.values()
    ]  # fmt: skip
    actions.hold_activity(activity.pk, by=supervisor)
    for number, one in enumerate(made):
        came = number % 4 != 3
        words = {"score": 5 - number % 2, "feedback": "案例很实用。"} if came else {}
        if number == 1:
            words["lead"] = "希望试用低气味型号"
        actions.record_attendance(one.pk, by=supervisor, attended=came, **words)
    later = {
        "title": "客户技术论坛", "kind": "forum", "starts_on": today + dt.timedelta(days=35),
        "ends_on": today + dt.timedelta(days=36), "place": "苏州", "budget": 86_000,
    }  # fmt: skip
    forum = create_record(Activity, later, by=supervisor)
    actions.submit_activity(forum.pk, by=supervisor)


def _deepen(customer: Customer, person: Person, by: Actor, staff: Staff, today: dt.date) -> None:
    values = {
        "customer": customer.pk, "title": "年度深化计划", "sponsor": staff.users[APPROVER].pk,
        "joint_plan": "联合开发低气味分散剂，双方研发每月例会。",
        "starts_on": today - dt.timedelta(days=60), "ends_on": today + dt.timedelta(days=200),
    }  # fmt: skip
    plan = create_record(DeepeningPlan, values, by=by)
    for kind, title, target, reached in (
        ("contacts", "新增研发与品质对接人", 2, 1), ("product_lines", "引入流平剂与消泡剂", 2, 1),
        ("co_creation", "共创低气味配方", 1, 0), ("joint", "联合申报绿色供应链", 1, 0),
    ):  # fmt: skip
        goal = {"plan": plan.pk, "kind": kind, "title": title, "target": target}
        actions.create_goal(PlanGoal, {**goal, "reached": reached}, by=by)
    actions.start_plan(plan.pk, by=by)
    for title, expected, level in (
        ("按期交付", "全年按期率不低于 98%", 4), ("问题透明", "异常 4 小时内主动告知", 3),
    ):  # fmt: skip
        trust = {"customer": customer.pk, "title": title, "expected": expected}
        indicator = create_record(TrustIndicator, trust, by=by)
        actions.assess_trust(indicator.pk, by=by, level=level, evidence="依据近一年履约记录。")
    note = {"person": person.pk, "kind": "interest", "level": "sensitive", "source": "闲谈"}
    actions.create_note(Note, {**note, "text": "周末常去太湖骑行，喜欢明前绿茶。"}, by=by)


def _win_back(by: Actor, today: dt.date) -> None:
    values = {
        "title": "老客户回访行动", "goal": "三个月内恢复三家客户的采购。",
        "starts_on": today - dt.timedelta(days=20), "ends_on": today + dt.timedelta(days=70),
        "budget": 20_000,
    }  # fmt: skip
    programme = create_record(WinBackProgramme, values, by=by)
    actions.list_lost(programme.pk, by=by)
    cases = list(WinBackCase.unscoped.filter(programme=programme).order_by("id")[:4])
    told = (
        ("price", "同行报价低 6%，账期更长。", "阶梯价与 45 天账期，附免费试样。"),
        ("service", "对接人离职后三个月无人拜访。", "更换负责人，技术与销售一同登门。"),
        ("quality", "一批次粘度超差，处理拖了两周。", "提供批次留样与专人品质对接。"),
    )
    for case, (cause, analysis, offer) in zip(cases, told, strict=False):
        words = {"cause": cause, "analysis": analysis, "offer": offer}
        actions.plan_win_back(case.pk, by=by, **words)
    if cases:
        result = "试样合格，恢复每月两吨采购。"
        actions.close_win_back(cases[0].pk, by=by, won=True, result=result, cost=1_600)
