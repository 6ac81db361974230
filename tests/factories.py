"""Valid records of every resource and people with rights, for all tests.

``make("sales.order", owner=ann)`` builds the record and whatever it needs; any field may be given.
``owner``, ``unit`` and ``customer`` reach the parent where the record itself has no such field.
``valid_values("sales.order")`` are the JSON values with which a form or the API creates one.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.utils import timezone

from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM, VERBS, Actor
from zhike.kernel.records import Record
from zhike.kernel.registry import registry
from zhike.trust.models import Grant

BY_TEST = SYSTEM(reason="test data")
START = date(2020, 1, 1)
Values = dict[str, Any]
_numbers = itertools.count(1)
_makers: dict[str, Callable[..., Values]] = {}


def model_of(key: str) -> type[Record]:
    """The model behind a resource key."""
    return apps.get_model(key)


def serial() -> int:
    """A number that no other record of this process has."""
    return next(_numbers)


def make(key: str, *, by: Actor = BY_TEST, **values: Any) -> Any:
    """A stored, valid record of the resource; see the head of this file."""
    model = model_of(key)
    with recorded(by, "test.make"):
        return store(model(**_values(key, values)), by=by)


def valid_values(key: str, **values: Any) -> Values:
    """JSON values that create a record through a form or the API; parents are made.

    Only fields that people may write are in it; ``values`` as for ``make``.
    """
    model, resource = model_of(key), registry.resource(key)
    found = _values(key, values)
    return {
        name: _json(model._meta.get_field(name), found[name])
        for name in resource.form_fields()
        if found.get(name) not in (None, "")
    }


def _values(key: str, given: Values) -> Values:
    model = model_of(key)
    own = {f.name for f in model._meta.fields} | {f.attname for f in model._meta.fields}
    inherited = {n: v for n, v in given.items() if n not in own}
    values = {n: v for n, v in given.items() if n in own}
    return {**_makers[key](**_needed(key, inherited, values)), **values}


def _needed(key: str, inherited: Values, values: Values) -> Values:
    """What the maker is told: parents given are not made again."""
    known = {n: values[n] for n in ("customer", "owner", "unit", "interaction") if values.get(n)}
    return {**inherited, **known}


def _json(f: Any, value: Any) -> Any:
    if isinstance(value, Record):
        return value.pk
    return f.to_json(f.to_python(value)) if hasattr(f, "to_json") else value


def maker(key: str) -> Callable[[Callable[..., Values]], Callable[..., Values]]:
    """Declare how the values of a resource's record come about."""

    def keep(function: Callable[..., Values]) -> Callable[..., Values]:
        _makers[key] = function
        return function

    return keep


def makeable() -> list[str]:
    """Every resource key that ``make`` knows."""
    return sorted(_makers)


def _of(parent: str, context: Values) -> Any:
    """The parent named in the context, or a new one with the context's owner and unit."""
    name = parent.rpartition(".")[2]
    return context.get(name) or make(parent, **context)


# -- people and rights ---------------------------------------------------------------------


def make_user(
    username: str,
    *,
    grants: Mapping[tuple[str, str], str] | None = None,
    roles: Iterable[Any] = (),
    unit: Any = None,
    hidden: Iterable[tuple[str, str]] = (),
    fields: Mapping[tuple[str, str], str] | None = None,
    display_name: str = "王小明",
) -> Any:
    """A person with an own role that holds the grants.

    Args:
        grants: (resource key, verb) -> own, unit, subtree or all; ``"*"`` as a resource or a verb
            means every one.
        roles: further roles; unit: the department; hidden: (resource, field) pairs the role may not
            see; fields: (resource, field) -> hidden, masked, readonly or editable.
    """
    user = make("identity.user", username=username, display_name=display_name)
    if unit is not None:
        make("identity.membership", user=user, unit=unit)
    rules = {**dict.fromkeys(hidden, "hidden"), **(fields or {})}
    if grants or rules:
        role = make("identity.role", code=f"role-{username}", name=username)
        make("identity.roleassignment", user=user, role=role)
        now = timezone.now()
        rows = [
            Grant(role=role, resource=key, verb=verb, reach=reach, created_at=now, updated_at=now)
            for (key, verb), reach in _each_right(grants or {}).items()
        ]
        Grant.unscoped.bulk_create(rows)  # hundreds, so not one by one
        for (resource, name), access in rules.items():
            make("trust.fieldrule", role=role, resource=resource, field=name, access=access)
    for role in roles:
        make("identity.roleassignment", user=user, role=role)
    cache.clear()
    return user


def _each_right(grants: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    found = {}
    for (resource, verb), reach in grants.items():
        for key in registry.resources if resource == "*" else [resource]:
            for one in VERBS if verb == "*" else [verb]:
                found[(key, one)] = reach
    return found


def actor(user: Any, *, channel: str = "web") -> Actor:
    """The person as an Actor with the rights of this moment."""
    from zhike.trust.queries import actor_for

    cache.clear()
    return actor_for(user, channel=channel)


# -- identity and trust --------------------------------------------------------------------


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
    items = [{"resource": "customers.customer", "id": 1}]
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


# -- the handbook --------------------------------------------------------------------------


@maker("kernel.policyversion")
def _policy_version(**_: Any) -> Values:
    policy = min(registry.policies, default="customers.grade")
    return {
        "policy_id": policy,
        "number": 1000 + serial(),
        "effective_on": date(2026, 1, 1),
        "params": {"grace_days": 30},
        "simulation": {"moved": 0},
    }


@maker("rulebook.document")
def _document(**_: Any) -> Values:
    n = serial()
    return {"title": f"客户分级管理办法{n}", "code": f"ZD-{n}", "summary": "全公司"}


@maker("rulebook.edition")
def _edition(**context: Any) -> Values:
    document = _of("rulebook.document", context)
    return {"document": document, "number": serial(), "effective_on": date(2026, 1, 1)}


@maker("rulebook.clause")
def _clause(**context: Any) -> Values:
    edition = _of("rulebook.edition", context)
    return {
        "edition": edition,
        "number": f"第{serial()}条",
        "heading": "目的",
        "text": "为了客户。",
    }


@maker("rulebook.coverage")
def _coverage(**context: Any) -> Values:
    unit = context.get("unit") or make("identity.orgunit")
    return {"document": _of("rulebook.document", context), "unit": unit}


@maker("rulebook.acknowledgement")
def _acknowledgement(owner: Any = None, **context: Any) -> Values:
    edition = _of("rulebook.edition", context)
    user = owner or make("identity.user")
    return {"edition": edition, "user": user, "acknowledged_at": timezone.now()}


# -- customers -----------------------------------------------------------------------------


def _held(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    return {"owner": owner, "unit": unit}


@maker("customers.customer")
def _customer(**context: Any) -> Values:
    n = serial()
    name = f"浙江蓝屿第{n}科技有限公司"
    return {**_held(**context), "name": name, "short_name": f"蓝屿{n}", "code": f"C{n:06d}"}


@maker("customers.person")
def _person(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    mobile = f"1381{serial() % 10**7:07d}"
    return {**_held(**context), "name": "单于明", "customer": customer, "mobile": mobile}


@maker("customers.affiliation")
def _affiliation(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    person = context.get("person") or make("customers.person", customer=customer)
    return {"customer": customer, "person": person, "title": "采购经理", "valid_from": START}


@maker("customers.customerrelation")
def _relation(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    other = make("customers.customer", owner=customer.owner, unit=customer.unit)
    return {"customer": customer, "other": other, "kind": "supplier"}


@maker("customers.teammember")
def _team_member(**context: Any) -> Values:
    user = context.get("user") or make("identity.user")
    customer = _of("customers.customer", context)
    return {"customer": customer, "user": user, "role": "csm", "valid_from": START}


@maker("customers.tag")
def _tag(**_: Any) -> Values:
    return {"name": f"标签{serial()}", "colour": "dai"}


@maker("customers.customertag")
def _customer_tag(**context: Any) -> Values:
    return {"customer": _of("customers.customer", context), "tag": make("customers.tag")}


@maker("customers.gradeassessment")
def _assessment(**context: Any) -> Values:
    return {
        "customer": _of("customers.customer", context),
        "scheme": "customers.grade",
        "grade": "gold",
        "ruled_grade": "gold",
        "origin": "rule",
        "valid_from": START,
        "policy_version": make("kernel.policyversion"),
        "facts": {"annual_spend": "120000.00"},
    }


@maker("customers.gradeoverride")
def _override(**context: Any) -> Values:
    return {
        "customer": _of("customers.customer", context),
        "scheme": "customers.grade",
        "grade": "vip",
        "reason": "战略合作",
        "expires_on": timezone.localdate() + timedelta(days=90),
    }


@maker("customers.gradingrun")
def _run(**_: Any) -> Values:
    version = make("kernel.policyversion")
    return {
        "scheme": "customers.grade",
        "on": START,
        "assessed": 10,
        "policy_version": version,
    }


# -- interactions --------------------------------------------------------------------------


@maker("interactions.interaction")
def _interaction(**context: Any) -> Values:
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "channel": "visit",
        "occurred_at": timezone.now() - timedelta(hours=1),
        "summary": "讨论了年度框架协议。",
        "next_step": "报价",
        "next_step_on": timezone.localdate() + timedelta(days=3),
    }


@maker("interactions.participant")
def _participant(**context: Any) -> Values:
    interaction = _of("interactions.interaction", context)
    person = make("customers.person", customer=interaction.customer)
    return {"interaction": interaction, "person": person}


@maker("interactions.comment")
def _comment(**context: Any) -> Values:
    interaction = _of("interactions.interaction", context)
    owner = context.get("owner")
    return {
        "interaction": interaction,
        "customer": interaction.customer,
        "text": "已知悉。",
        "owner": owner,
    }


@maker("interactions.todo")
def _todo(**context: Any) -> Values:
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "title": "回访",
        "due_at": timezone.now() + timedelta(days=1),
    }


def next_working_morning(days: int = 1) -> Any:
    """Ten o'clock on the first working day from so many days ahead."""
    from zhike.identity.queries import is_working_day

    day = timezone.localdate() + timedelta(days=days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(10)))


@maker("interactions.contactchannel")
def _channel(**_: Any) -> Values:
    return {"code": f"c{serial()}", "title": "展台", "channel_class": "visit", "rank": 10}


@maker("interactions.contactplan")
def _plan(**context: Any) -> Values:
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "channel": "call",
        "planned_at": next_working_morning(),
        "topic": "季度用量回访",
    }


@maker("interactions.inquiry")
def _inquiry(**context: Any) -> Values:
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "kind": "question",
        "text": "白油的闪点是多少？",
        "handler": make("identity.user"),
        "accept_by": timezone.now() + timedelta(hours=4),
        "due_at": timezone.now() + timedelta(days=1),
    }


@maker("interactions.socialpost")
def _post(**context: Any) -> Values:
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "platform": "wechat",
        "kind": "comment",
        "text": "这批货到得真快",
        "posted_at": timezone.now() - timedelta(hours=3),
    }


@maker("interactions.visitreview")
def _review(**context: Any) -> Values:
    interaction = _of("interactions.interaction", context)
    visitor = interaction.owner or make("identity.user")
    return {
        **_held(**context),
        "interaction": interaction,
        "visitor": visitor,
        "marks": {"listen": 4},
        "score": 80,
        "advice": "多让客户说。",
    }


@maker("interactions.contacteffect")
def _effect(**context: Any) -> Values:
    number = serial()
    month = date(1800 + number // 12 % 400, number % 12 + 1, 1)
    return {**_held(**context), "month": month, "channel": "call", "contacts": number}


@maker("interactions.checklistitem")
def _item(**_: Any) -> Values:
    return {"code": f"p{serial()}", "group": "body", "text": "目光交流自然", "rank": 10}


@maker("interactions.talktrack")
def _track(**_: Any) -> Values:
    return {"code": f"T{serial()}", "title": "首次致电", "kind": "track", "say": "先问近况。"}


@maker("interactions.messagetemplate")
def _template(**_: Any) -> Values:
    return {
        "code": f"M{serial()}",
        "title": "到货通知",
        "channel": "sms",
        "language": "zh",
        "body": "{{客户名称}}您好，货已到。",
    }


@maker("interactions.robot")
def _robot(**_: Any) -> Values:
    return {"name": f"华东群{serial()}", "platform": "wecom", "active": True}


@maker("interactions.robotmessage")
def _robot_message(**_: Any) -> Values:
    return {"robot": make("interactions.robot"), "text": "陆知行 提到了 周岚"}


# -- sales ---------------------------------------------------------------------------------


@maker("sales.order")
def _order(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {
        **_held(**context),
        "number": f"SO{serial():07d}",
        "customer": customer,
        "ordered_on": timezone.localdate(),
        "amount": "1280.50",
        "summary": "工业滤芯",
    }


@maker("sales.payment")
def _payment(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {
        **_held(**context),
        "number": f"RC{serial():07d}",
        "customer": customer,
        "received_on": timezone.localdate(),
        "amount": "1280.50",
    }


# -- needs ---------------------------------------------------------------------------------


@maker("needs.needtype")
def _need_type(**_: Any) -> Values:
    return {"name": f"需求类型{serial()}", "note": "按公司需要增加"}


@maker("needs.need")
def _need(**context: Any) -> Values:
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "title": f"小包装{serial()}",
        "type": make("needs.needtype"),
        "description": "希望增加 5 公斤小包装。",
        "recorded_at": timezone.now(),
        "answer_due_at": timezone.now() + timedelta(days=2),
    }


@maker("needs.project")
def _project(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {**_held(**context), "name": f"二期扩建{serial()}", "customer": customer}


@maker("needs.projectmember")
def _project_member(**context: Any) -> Values:
    return {"project": _of("needs.project", context), "user": make("identity.user")}


@maker("needs.financing")
def _financing(**context: Any) -> Values:
    return {"project": _of("needs.project", context), "kind": "loan", "amount": "5000000.00"}


@maker("needs.meeting")
def _meeting(**context: Any) -> Values:
    starts = timezone.now() - timedelta(hours=2)
    return {**_held(**context), "title": f"需求分析会{serial()}", "starts_at": starts}


@maker("needs.attendee")
def _attendee(**context: Any) -> Values:
    return {"meeting": _of("needs.meeting", context), "user": make("identity.user")}


@maker("needs.topic")
def _topic(**context: Any) -> Values:
    meeting = context.get("meeting") or make("needs.meeting", **_held(**context))
    return {"meeting": meeting, "heading": "包装规格"}


@maker("needs.needsdocument")
def _needs_document(**context: Any) -> Values:
    return {**_held(**context), "title": f"客户需求文档{serial()}"}


@maker("needs.clause")
def _needs_clause(**context: Any) -> Values:
    document = context.get("document") or make("needs.needsdocument", **_held(**context))
    return {"document": document, "heading": "背景", "text": "客户希望增加小包装。"}


@maker("needs.receipt")
def _receipt(**context: Any) -> Values:
    document = make("needs.needsdocument", **_held(**context))
    return {"document": document, "user": make("identity.user")}


@maker("needs.research")
def _research(**context: Any) -> Values:
    today = timezone.localdate()
    return {
        **_held(**context),
        "title": f"包装需求调研{serial()}",
        "method": "interview",
        "sample": "华东日化客户",
        "sample_size": 12,
        "questions": "每次领料多少公斤？",
        "starts_on": today,
        "due_on": today + timedelta(days=30),
    }


@maker("needs.suggestion")
def _suggestion(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    interaction = make("interactions.interaction", customer=customer)
    return {
        **_held(**context),
        "customer": customer,
        "interaction": interaction,
        "quote": f"客户希望提供小包装{serial()}。",
        "kind": "need",
        "words": "希望",
    }


@maker("needs.improvement")
def _improvement(**context: Any) -> Values:
    owner = context.get("owner")
    title = f"小包装产线{serial()}"
    return {"title": title, "product": "分散剂", "change": "增加小包装。", "owner": owner}


@maker("needs.improvementneed")
def _improvement_need(**context: Any) -> Values:
    need = make("needs.need", **context)
    return {"improvement": make("needs.improvement"), "need": need}


@maker("needs.strategyreview")
def _strategy_review(**context: Any) -> Values:
    n = serial()
    due = timezone.localdate() + timedelta(days=14)
    return {"title": f"小包装需求增长{n}", "theme": f"小包装{n}", "due_on": due}


@maker("needs.idea")
def _idea(**context: Any) -> Values:
    text = "在线查询批次检测报告。"
    return {"title": f"批次报告{serial()}", "text": text, "owner": context.get("owner")}


@maker("needs.vote")
def _vote(**_: Any) -> Values:
    return {"idea": make("needs.idea"), "user": make("identity.user")}


@maker("needs.remark")
def _remark(**context: Any) -> Values:
    return {"idea": make("needs.idea"), "text": "支持。", "owner": context.get("owner")}


# -- exchange ------------------------------------------------------------------------------


@maker("duplicates.pair")
def _pair(**context: Any) -> Values:
    one, other = (_of("customers.customer", {**context, "customer": None}) for _side in "ab")
    return {
        "kind": "customer", "left_customer": one, "right_customer": other, "score": 90,
        "level": "certain", "facts": {"name": 1.0}, "evidence": ["名称一致"],
    }  # fmt: skip


@maker("duplicates.merge")
def _merge(**context: Any) -> Values:
    one, other = (_of("customers.customer", {**context, "customer": None}) for _side in "ab")
    return {
        "kind": "customer", "survivor_customer": one, "other_customer": other,
        "survivor_title": one.name, "other_title": other.name, "undo_until": START,
    }  # fmt: skip


@maker("duplicates.scan")
def _scan(**_: Any) -> Values:
    return {"status": "done", "records": 10, "pairs": 1}


@maker("duplicates.check")
def _check(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    return {"user": user, "door": "page", "asked": f"恒澈{serial()}"}


@maker("exchange.importbatch")
def _batch(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    file_name = f"客户{serial()}.xlsx"
    return {
        "user": user,
        "resource": "customers.customer",
        "file_name": file_name,
        "path": f"imports/{file_name}",
        "headers": ["客户名称"],
        "mapping": {"客户名称": "name"},
        "options": {"encoding": "utf-8"},
        "warnings": ["有合并单元格"],
        "started_at": timezone.now(),
        "finished_at": timezone.now(),
        "undo_until": timezone.now() + timedelta(days=7),
    }


@maker("exchange.mappingpreset")
def _preset(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    return {
        "user": user,
        "resource": "customers.customer",
        "fingerprint": f"{serial():064d}",
        "mapping": {"客户名称": "name"},
    }


@maker("exchange.exportfile")
def _export(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    expires = timezone.now() + timedelta(days=7)
    return {
        "user": user,
        "resource": "customers.customer",
        "purpose": "月度复盘",
        "expires_at": expires,
    }


# -- data quality --------------------------------------------------------------------------


@maker("quality.fieldnote")
def _field_note(**_: Any) -> Values:
    names = [f.name for f in model_of("customers.customer")._meta.fields]
    field = names[serial() % len(names)]
    return {"resource": "customers.customer", "field": field, "definition": "营业执照上的全称"}


@maker("quality.datasource")
def _data_source(**_: Any) -> Values:
    texts = {"content": "客户与订单", "structure": "一单一行", "quality": "每月核对"}
    return {"name": f"ERP {serial()}", "way": "api", **texts}


@maker("quality.codelist")
def _code_list(**_: Any) -> Values:
    used = set(model_of("quality.codelist").unscoped.values_list("field", flat=True))
    free = [name for name in ("industry", "source", "payment_terms") if name not in used]
    field = free[0] if free else "industry"
    return {"name": "标准", "field": field, "standards": "涂料\n农化"}


@maker("quality.codeterm")
def _code_term(**context: Any) -> Values:
    found = model_of("quality.codelist").unscoped.first()
    code_list = context.get("code_list") or found or make("quality.codelist")
    return {"code_list": code_list, "raw": f"油漆{serial()}", "standard": "涂料"}


@maker("quality.filing")
def _filing(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {"customer": customer, "status": "sorted", "sorted_on": date(2026, 1, 1)}


@maker("quality.verification")
def _verification(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {"customer": customer, "verified_on": date(2026, 1, 1), "origin": "owner"}


@maker("quality.campaign")
def _campaign(**_: Any) -> Values:
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 31)}
    return {"title": f"年度清洗{serial()}", **days}


def _contact(context: Values) -> Values:
    customer = _of("customers.customer", context)
    person = context.get("person") or make("customers.person", customer=customer)
    return {"customer": customer, "person": person}


@maker("quality.updatelink")
def _update_link(**context: Any) -> Values:
    until = timezone.now() + timedelta(days=3)
    return {**_contact(context), "digest": f"{serial():064d}", "expires_at": until}


@maker("quality.updaterequest")
def _update_request(**context: Any) -> Values:
    change = {"part": "customer", "field": "address", "before": "", "after": "创新路 8 号"}
    return {**_contact(context), "changes": [change]}


@maker("quality.webform")
def _web_form(**_: Any) -> Values:
    n = serial()
    consent = {"consent_version": "2026-1", "consent_text": "仅用于回复您的咨询。"}
    return {"title": f"索样登记{n}", "slug": f"form-{n}", **consent}


@maker("quality.submission")
def _submission(**context: Any) -> Values:
    n = serial()
    form = context.get("form") or make("quality.webform")
    read = {
        "consent_version": "2026-1",
        "consent_text": "仅用于回复。",
        "consented_at": timezone.now(),
    }
    company, mobile = f"湖州清越第{n}新材料有限公司", f"1391{n % 10**7:07d}"
    return {"form": form, "company": company, "contact": "沈清越", "mobile": mobile, **read}


# -- teamwork ------------------------------------------------------------------------------


@maker("teamwork.team")
def _team(**context: Any) -> Values:
    return {**_held(**context), "name": f"客户关系管理团队{serial()}", "kind": "crm"}


@maker("teamwork.teamseat")
def _seat(**context: Any) -> Values:
    user = context.get("user") or make("identity.user")
    return {"team": _of("teamwork.team", context), "user": user, "function": "sales"}


@maker("teamwork.feedback")
def _feedback(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {**_held(**context), "customer": customer, "text": "交货比约定晚了两天。"}


@maker("teamwork.process")
def _process(**_: Any) -> Values:
    n = serial()
    return {"name": f"客户回访流程{n}", "code": f"LC-{n}", "phase": "execute"}


@maker("teamwork.processstep")
def _step(**context: Any) -> Values:
    return {"process": _of("teamwork.process", context), "number": 1, "name": "制定计划"}


@maker("teamwork.processrole")
def _process_role(**context: Any) -> Values:
    step = context.get("step") or make("teamwork.processstep")
    role = context.get("role") or make("identity.role")
    return {"step": step, "role": role, "part": "a"}


@maker("teamwork.suggestion")
def _suggestion(**context: Any) -> Values:
    return {**_held(**context), "title": f"回访前先看工单{serial()}", "text": "减少重复询问。"}


@maker("teamwork.improvementitem")
def _item(**context: Any) -> Values:
    due = timezone.localdate() + timedelta(days=20)
    return {
        **_held(**context),
        "title": f"缩短交货时间{serial()}",
        "source": "audit",
        "due_on": due,
    }


@maker("teamwork.alignmentmeeting")
def _meeting(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {**_held(**context), "customer": customer, "planned_on": timezone.localdate()}


@maker("teamwork.actionconflict")
def _conflict(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {
        **_held(**context),
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


# -- classes and segments ------------------------------------------------------------------


@maker("segments.classmembership")
def _class_membership(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    return {"customer": customer, "scheme": "segments.value", "code": "high", "valid_from": START}


@maker("segments.classrun")
def _class_run(**_: Any) -> Values:
    return {"scheme": "segments.value", "on": START}


@maker("segments.segment")
def _segment(**context: Any) -> Values:
    return {**_held(**context), "name": f"细分{serial()}", "definition": {"op": "and", "items": []}}


@maker("segments.classcard")
def _class_card(**_: Any) -> Values:
    return {"scheme": "segments.value", "code": f"c{serial()}", "strategy": "每月联系"}


@maker("segments.classreview")
def _class_review(**_: Any) -> Values:
    return {"period": f"第 {serial()} 期", "due_on": START}


# -- pool ----------------------------------------------------------------------------------


@maker("pool.pool")
def _pool(**_: Any) -> Values:
    return {"name": f"公海{serial()}", "code": f"P{serial():05d}"}


@maker("pool.poolmember")
def _pool_member(unit: Any = None, **_: Any) -> Values:
    return {"pool": make("pool.pool"), "unit": unit or make("identity.orgunit")}


@maker("pool.poolentry")
def _pool_entry(**context: Any) -> Values:
    customer = _of("customers.customer", {**context, "owner": None})
    return {
        "customer": customer,
        "pool": make("pool.pool"),
        "entered_at": timezone.now(),
        "cause": "released",
    }


@maker("pool.poolrequest")
def _pool_request(owner: Any = None, unit: Any = None, **context: Any) -> Values:
    customer = _of("customers.customer", {**context, "owner": owner, "unit": unit})
    return {
        "customer": customer,
        "kind": "claim",
        "requester": owner or make("identity.user"),
        "unit": unit,
        "reason": "老客户介绍",
    }


@maker("pool.protection")
def _protection(**context: Any) -> Values:
    return {
        "customer": _of("customers.customer", context),
        "kind": "contract",
        "valid_from": START,
        "reason": "框架合同",
    }


@maker("pool.bulktransfer")
def _bulk_transfer(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    return {
        "requester": owner or make("identity.user"),
        "unit": unit,
        "heir": make("identity.user"),
        "total": 1,
    }


@maker("pool.transferbatch")
def _transfer_batch(**context: Any) -> Values:
    transfer = make("pool.bulktransfer", **context)
    return {"transfer": transfer, "number": 1, "customer_ids": [serial()]}


@maker("pool.registration")
def _registration(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    return {
        "company": f"桐乡{serial()}号涂料有限公司",
        "project": "水性涂料",
        "owner": owner,
        "unit": unit,
        "registered_at": timezone.now(),
    }


@maker("pool.conflict")
def _conflict(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    owner = owner or make("identity.user")
    second = make("pool.registration", owner=owner, unit=unit)
    return {
        "company": second.company,
        "second": second,
        "holder": make("identity.user"),
        "challenger": owner,
        "unit": unit,
        "evidence": {"holder": [], "challenger": []},
    }


@maker("pool.ownership")
def _ownership(**context: Any) -> Values:
    """A line of the past: the open one of each customer is the trigger's."""
    moment = timezone.now() - timedelta(days=900)
    return {
        "customer": _of("customers.customer", context),
        "since": moment,
        "until": moment + timedelta(days=30),
        "cause": "assigned",
    }


@maker("pool.recyclerun")
def _recycle_run(**_: Any) -> Values:
    return {"on": timezone.localdate(), "recycled": 0}


# -- loyalty -------------------------------------------------------------------------------


def _person_of(context: Values) -> Any:
    if context.get("person"):
        return context["person"]
    return make("customers.person", customer=_of("customers.customer", context))


@maker("loyalty.consent")
def _consent(**context: Any) -> Values:
    person = _person_of(context)
    return {
        **_held(**context),
        "person": person,
        "customer": person.customer,
        "decided_on": START,
        "source": "展会登记表",
        "text_version": "2026-01",
    }


@maker("loyalty.importantdate")
def _important_date(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    solar_on = date(2010, 5, 20)
    return {**_held(**context), "customer": customer, "title": "厂庆", "solar_on": solar_on}


@maker("loyalty.careitem")
def _care_item(**context: Any) -> Values:
    person = _person_of(context)
    return {
        **_held(**context),
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
        **_held(**context),
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
        **_held(**context),
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
    customer = _of("customers.customer", context)
    code, day = f"step{serial()}", timezone.localdate()
    held = _held(**context)
    return {**held, "customer": customer, "code": code, "title": "首次拜访", "due_on": day}


@maker("loyalty.deepeningplan")
def _deepening_plan(**context: Any) -> Values:
    day = timezone.localdate()
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
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
    customer = _of("customers.customer", context)
    facts = {"frequency": 3}
    held = {"customer": customer, "score": 50, "level": "fair"}
    return {**held, "facts": facts, "valid_from": START}


@maker("loyalty.trustindicator")
def _trust_indicator(**context: Any) -> Values:
    customer = _of("customers.customer", context)
    expected = "全年按期交付不低于 98%"
    return {**_held(**context), "customer": customer, "title": "按期交付", "expected": expected}


@maker("loyalty.driverrecord")
def _driver_record(**context: Any) -> Values:
    asked = timezone.now() - timedelta(days=5)
    return {
        **_held(**context),
        "customer": _of("customers.customer", context),
        "kind": "delivery",
        "title": "分散剂 20 吨",
        "asked_at": asked,
        "promised_at": asked + timedelta(days=2),
        "done_at": asked + timedelta(days=1),
    }


@maker("loyalty.note")
def _note(**context: Any) -> Values:
    person = _person_of(context)
    held = {**_held(**context), "person": person, "customer": person.customer}
    return {**held, "kind": "interest", "level": "normal", "text": "喜欢钓鱼", "source": "闲谈"}


@maker("loyalty.winbackprogramme")
def _win_back_programme(**context: Any) -> Values:
    day = timezone.localdate()
    ends_on = day + timedelta(days=90)
    title = f"挽回项目{serial()}"
    return {**_held(**context), "title": title, "starts_on": day, "ends_on": ends_on}


@maker("loyalty.winbackcase")
def _win_back_case(**context: Any) -> Values:
    held = {name: context.get(name) for name in ("owner", "unit")}
    programme = context.get("programme") or make("loyalty.winbackprogramme", **held)
    customer = _of("customers.customer", context)
    return {
        **_held(**context),
        "programme": programme,
        "customer": customer,
        "lost_because": "生命周期为流失",
    }
