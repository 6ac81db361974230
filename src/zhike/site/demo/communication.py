"""Guides, templates, plans, questions, social media, coaching and figures of the demo company."""

import datetime as dt
from typing import Any

from zhike.customers.models import Customer
from zhike.interactions.actions import (
    accept_inquiry,
    answer_inquiry,
    approve_template,
    approve_track,
    close_inquiry,
    count_effect,
    create_text,
    log_post,
    raise_inquiry,
    reply_post,
    review_visit,
    submit_template,
    submit_track,
)
from zhike.interactions.models import (
    ContactChannel,
    ContactPlan,
    Inquiry,
    Interaction,
    MessageTemplate,
    Robot,
    TalkTrack,
)
from zhike.interactions.queries.effect import months_back
from zhike.kernel.actions import store
from zhike.kernel.actor import Actor
from zhike.site.demo.ledger import Books
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, dated, insert

WRITER, APPROVER = "songyanqiu", "qinruochuan"
TRACKS: tuple[dict[str, Any], ...] = (
    {"code": "STR-VIP", "title": "VIP 客户沟通策略", "kind": "strategy", "grade": "vip", "style": "formal",
     "say": "由负责人与上级经理共同维护，以当面拜访为主、企微为辅；每季度一次需求回顾，每年一次高层互访。\n重要变化先打电话，再发书面说明。",
     "avoid": "群发促销消息；未经核对就承诺交期。"},
    {"code": "STR-NEW", "title": "潜在客户沟通策略", "kind": "strategy", "lifecycle": "prospect", "style": "warm",
     "say": "第一个月完成三次接触：电话了解用途，寄送样品，样品到后三天内回访。\n每次只谈一件事，结束前约好下一步。"},
    {"code": "TRK-FIRST", "title": "首次致电", "kind": "track", "situation": "first", "channel": "call", "style": "warm",
     "say": "您好，我是东澜化学的销售代表，负责贵司所在地区。\n想用三分钟了解您目前用的牌号和关心的指标，方便的话我寄一份对应的检测报告。",
     "avoid": "一上来报价；评价客户现在的供应商。"},
    {"code": "TRK-PAY", "title": "账期提醒", "kind": "track", "situation": "payment", "style": "formal",
     "say": "按合同，这一期货款应于本周五到账。财务让我先和您核对一下金额和开票信息，如有问题我们今天就处理。",
     "avoid": "当着第三人谈欠款；使用“停货”等字眼，除非已获批准。"},
    {"code": "GUI-COMPLAINT", "title": "处理不满的五步", "kind": "guide", "situation": "complaint", "style": "warm",
     "say": "一听：让客户说完，记下批号与时间。\n二认：认可感受，不急着解释原因。\n三问：确认影响范围与期望。\n四答：给出处理人和答复时间。\n五追：按时答复，并在一周后回访。"},
    {"code": "GUI-TECH", "title": "与技术人员沟通", "kind": "guide", "situation": "need", "style": "expert",
     "say": "用数据说话：先给指标和检测方法，再谈价格。\n不确定的参数请技术支持当天书面答复。"},
)  # fmt: skip
TEMPLATES: tuple[dict[str, Any], ...] = (
    {"code": "ARRIVAL", "title": "到货通知", "channel": "sms", "language": "zh",
     "body": "{{称谓}}您好，{{客户简称}}本批货物已送达，请核对批号与数量，有问题请随时联系我。{{公司名称}} {{我的姓名}}"},
    {"code": "ARRIVAL", "title": "Delivery notice", "channel": "mail", "language": "en", "subject": "Delivery to {{customer_name}}",
     "body": "Dear {{contact_name}},\n\nyour goods have arrived. Please check lot numbers and quantities.\n\n{{my_name}}, {{company_name}}"},
    {"code": "REPORT", "title": "检测报告已寄出", "channel": "wecom", "language": "zh",
     "body": "{{称谓}}您好，您要的检测报告已寄出，预计两天内到。收到后我再打电话和您过一遍。{{我的姓名}}"},
    {"code": "GREETING", "title": "年度回顾邀请", "channel": "mail", "language": "zh", "subject": "{{客户名称}}年度合作回顾",
     "body": "{{称谓}}：\n\n感谢一年来的信任。想请您安排一次年度回顾，谈谈今年的用量、明年的计划和对我们的意见。\n\n{{公司名称}} {{我的部门}} {{我的姓名}}"},
)  # fmt: skip
# customer's seller, kind, what the customer says, handler, how far it has come
ASKED = (
    ("luzhixing", "question", "白油闭口闪点的实测值是多少？能否按批提供？", "xutinglan", "closed"),
    ("luzhixing", "opinion", "吨桶封口标签容易掉，希望改用耐候标签。", "jianganran", "accepted"),
    ("luzhixing", "need", "二季度想试 200 升小包装。", "songyanqiu", "late"),
    ("yeqinghe", "suggestion", "对账单能不能每月 5 日前发。", "jianganran", "answered"),
    ("hanmuye", "question", "冬季运输需要保温车吗？", "xutinglan", "forwarded"),
)
SAID = (
    (
        "luzhixing",
        "wechat",
        "文章里的降黏方案能用在我们的产线上吗？",
        "可以，技术支持今天与您联系。",
        42,
    ),
    (
        "yeqinghe",
        "channels",
        "车间直播很实在，什么时候讲讲电子级溶剂？",
        "下月第二周，到时提前通知您。",
        185,
    ),
    ("hanmuye", "zhihu", "请问你们有没有低温流动性更好的牌号？", "", None),
)
REVIEWS = (
    ({"plan": 5, "time": 5, "eyes": 4, "listen": 3, "ask": 3, "sum": 4, "next": 5},
     "开场准备充分，准时到达。", "客户谈到库存压力时可以再追问一层，先不急着给方案。"),
    ({"plan": 4, "posture": 4, "face": 5, "listen": 5, "plain": 3, "next": 3},
     "耐心听完客户的两点不满。", "指标名称多用客户的叫法；离开前把下一步的日期当面确认。"),
)  # fmt: skip


def describe(books: Books, staff: Staff, today: dt.date) -> None:
    """Write what the company keeps beside the plain log of its communications."""
    writer, approver = staff.actor(WRITER), staff.actor(APPROVER)
    ContactChannel.unscoped.update(owner_id=staff.users[WRITER].pk)
    _texts(writer, approver)
    _moods(today)
    _plans(books, staff, today)
    _inquiries(books, staff, today)
    _social(books, staff, today)
    _coaching(staff)
    store(Robot(name="华东大区群", platform="wecom", unit=staff.unit_of("luzhixing")), by=writer)
    count_effect(months_back(today))


def _texts(writer: Actor, approver: Actor) -> None:
    for values in TRACKS:
        row = create_text(TalkTrack, values, by=writer)
        submit_track(row.pk, by=writer)
        if values["code"] != "GUI-TECH":  # one waits for the director
            approve_track(row.pk, by=approver)
    for values in TEMPLATES:
        made = create_text(MessageTemplate, values, by=writer)
        submit_template(made.pk, by=writer)
        approve_template(made.pk, by=approver)


def _moods(today: dt.date) -> None:
    """Say of the last half-year's communications how the customer took them."""
    recent = Interaction.unscoped.filter(occurred_at__gte=at(today - dt.timedelta(days=190)))
    ids = list(recent.exclude(channel="note").order_by("id").values_list("pk", flat=True))
    for mood, chosen in (
        ("good", [pk for n, pk in enumerate(ids) if n % 7 in {0, 2, 3, 5}]),
        ("neutral", [pk for n, pk in enumerate(ids) if n % 7 in {1, 4}]),
        ("bad", [pk for n, pk in enumerate(ids) if n % 21 == 6]),
    ):
        dated(Interaction.unscoped.filter(pk__in=chosen), sentiment=mood)


def _plans(books: Books, staff: Staff, today: dt.date) -> None:
    """Plan most of what was done in the last months, some of what was not, and next week."""
    recent = Interaction.unscoped.filter(
        occurred_at__gte=at(today - dt.timedelta(days=120)), direction="out", owner__isnull=False
    ).exclude(channel="note")  # fmt: skip
    rows = [
        ContactPlan(
            customer_id=talk.customer_id, channel=talk.channel, planned_at=talk.occurred_at,
            topic=talk.purpose or "例行回访", status="done" if number % 5 else "open",
            interaction=talk if number % 5 else None,
            done_at=talk.occurred_at if number % 5 else None, owner_id=talk.owner_id,
            unit_id=talk.unit_id, created_at=talk.occurred_at - dt.timedelta(days=7),
        )
        for number, talk in enumerate(recent.order_by("id")[:240])
    ]  # fmt: skip
    topics = (("call", "季度用量回访"), ("visit", "现场查看储罐"), ("event", "技术交流会邀请"))
    mine = [row for _one, row, _people in books if row.owner_id == staff.users["luzhixing"].pk]
    for number, customer in enumerate(mine[: len(topics)]):
        day = today + dt.timedelta(days=3 + number)
        channel, topic = topics[number]
        rows.append(
            ContactPlan(
                customer=customer, channel=channel, topic=topic, planned_at=at(day, 10),
                owner_id=customer.owner_id, unit_id=customer.unit_id,
            )
        )  # fmt: skip
    insert(ContactPlan, rows)


def _of(books: Books, staff: Staff, username: str, number: int) -> Customer:
    owned = [row for _o, row, _p in books if row.owner_id == staff.users[username].pk]
    return owned[number % len(owned)]


def _inquiries(books: Books, staff: Staff, today: dt.date) -> None:
    for number, (seller, kind, text, handler, state) in enumerate(ASKED):
        by, acting = staff.actor(seller), staff.actor(handler)
        customer = _of(books, staff, seller, number)
        row = raise_inquiry(customer, by=by, text=text, kind=kind, handler=staff.users[handler].pk)
        if state in {"accepted", "answered", "closed"}:
            accept_inquiry(row.pk, by=acting)
        if state in {"answered", "closed"}:
            answer_inquiry(row.pk, by=acting, answer="已核实，详见发给您的说明。")
        if state == "closed":
            close_inquiry(row.pk, by=by, told_channel="call")
        if state == "late":
            past = at(today - dt.timedelta(days=2), 16)
            dated(Inquiry.unscoped.filter(pk=row.pk), accept_by=past, due_at=past)


def _social(books: Books, staff: Staff, today: dt.date) -> None:
    for number, (seller, platform, text, reply, minutes) in enumerate(SAID):
        by, posted = staff.actor(seller), at(today - dt.timedelta(days=4 + number), 15)
        customer = _of(books, staff, seller, number + 40)
        row = log_post(customer, by=by, platform=platform, text=text, posted_at=posted)
        if minutes:
            moment = posted + dt.timedelta(minutes=minutes)
            reply_post(row.pk, by=by, reply=reply, replied_at=moment)


def _coaching(staff: Staff) -> None:
    visits = Interaction.unscoped.filter(channel="visit", owner=staff.users["luzhixing"])
    observer = staff.actor(WRITER)
    for talk, (marks, strengths, advice) in zip(
        visits.order_by("-occurred_at"), REVIEWS, strict=False
    ):
        review_visit(talk.pk, by=observer, marks=marks, strengths=strengths, advice=advice)
