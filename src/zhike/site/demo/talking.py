"""Writes a year of communications, the appointments they left, comments and manual grade requests."""

import datetime as dt
from typing import Any

from zhike.customers.actions import approve_grade_override, request_grade_override
from zhike.customers.models import Customer
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import add_comment
from zhike.interactions.models import Comment, Interaction, Participant, ToDo
from zhike.kernel.errors import Refusal
from zhike.site.demo.draw import Drawn, Talk
from zhike.site.demo.ledger import Books
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import aware, dated, insert

REMARKS = (
    ("xutinglan", "配方数据我今天核对，晚些把替代方案发给 @{seller}。"),
    ("shenyibai", "@{seller} 这家的框架要在月底前定下来，价格我来和供应链谈。"),
    ("jianganran", "服务侧没有未结问题，@{seller} 可以放心推进。"),
    ("songyanqiu", "@{seller} 请把下一步的时间写得再具体一些，按回访办法执行。"),
)
DONE_DAYS = 30


def remember(books: Books, staff: Staff, today: dt.date) -> int:
    """Insert the communications with their participants and the to-dos of their next steps."""
    rows: list[tuple[Interaction, Talk, Drawn, list[Any]]] = []
    for one, customer, people in books:
        rows += [(_interaction(talk, customer, staff), talk, one, people) for talk in one.talks]
    insert(Interaction, [row for row, _talk, _one, _people in rows])
    insert(
        Participant,
        [
            Participant(interaction=row, person=people[talk.person], created_at=row.created_at)
            for row, talk, _one, people in rows
        ],
    )
    _appointments(rows, today)
    _last_contacts(books)
    return len(rows)


def _interaction(talk: Talk, customer: Customer, staff: Staff) -> Interaction:
    owner = customer.owner_id or staff.users["linwanqing"].pk
    moment = aware(talk.at)
    return Interaction(
        customer=customer, channel=talk.channel, direction=talk.direction, occurred_at=moment,
        minutes=talk.minutes, place=talk.place, purpose=talk.purpose, summary=talk.summary,
        next_step=talk.next_step, next_step_on=talk.next_on, no_next_step=talk.next_on is None,
        owner_id=owner, unit_id=customer.unit_id or staff.units["CRM"].pk, created_at=moment,
        created_by_id=owner,
    )  # fmt: skip


def _appointments(rows: list[tuple[Interaction, Talk, Drawn, list[Any]]], today: dt.date) -> None:
    """Open what was agreed and not done yet; keep the last weeks of what was done."""
    todos = []
    for row, talk, one, _people in rows:
        if talk.next_on is None:
            continue
        is_open = talk is one.talks[-1]
        if not is_open and (today - talk.next_on).days > DONE_DAYS:
            continue
        todo = ToDo(
            title=row.next_step or "下次跟进", customer_id=row.customer_id, family="next_step",
            due_at=end_of_day(talk.next_on), owner_id=row.owner_id, unit_id=row.unit_id,
            interaction=row, created_at=row.created_at, created_by_id=row.owner_id,
        )  # fmt: skip
        if not is_open:
            following = one.talks[one.talks.index(talk) + 1]
            todo.status, todo.done_at = "done", aware(following.at)
            todo.done_by_id = row.owner_id
        todos.append(todo)
    insert(ToDo, todos)


def _last_contacts(books: Books) -> None:
    changed = []
    for one, customer, _people in books:
        if one.talks:
            customer.last_contact_at = aware(one.talks[-1].at)
            customer.next_step_on = one.talks[-1].next_on
            customer.updated_at = customer.last_contact_at
            changed.append(customer)
    fields = ["last_contact_at", "next_step_on", "updated_at"]
    Customer.unscoped.bulk_update(changed, fields, batch_size=500)


def remark(books: Books, staff: Staff) -> int:
    """Let colleagues comment under recent communications, with mentions."""
    names = {user.pk: str(user.display_name) for user in staff.users.values()}
    wanted = [row.pk for one, row, _people in books if one.grade in {"vip", "gold"}]
    recent = Interaction.unscoped.filter(customer_id__in=wanted, owner__isnull=False)
    said = 0
    for number, row in enumerate(recent.order_by("-occurred_at")[:36]):
        username, text = REMARKS[number % len(REMARKS)]
        words = text.format(seller=names.get(row.owner_id or 0, ""))
        try:
            made = add_comment(row.pk, by=staff.actor(username), text=words)
        except Refusal:
            continue  # outside of this colleague's customers
        moment = row.occurred_at + dt.timedelta(minutes=25 + number)
        dated(Comment.unscoped.filter(pk=made.pk), created_at=moment, updated_at=moment)
        said += 1
    return said


def ask_for_grades(books: Books, staff: Staff, today: dt.date) -> None:
    """Leave some requests for a manual grade waiting, and one approved."""
    known = {one.short: row for one, row, _people in books}
    until = today + dt.timedelta(days=180)
    asked = (
        ("luzhixing", "宁波瀚海涂料", "vip", "新线投产后年用量翻倍，框架协议已进入法务，先按 VIP 保障交期。"),
        ("yeqinghe", "苏州沐辰电子材料", "vip", "电子级产品联合验证中，需要专属技术支持。"),
        ("hanmuye", "天津津沽化工", "silver", "近两月付款放缓，建议暂按银卡管理账期。"),
        ("luzhixing", "无锡恒澈水处理", "gold", "中标园区水处理项目，未来一年采购量确定。"),
    )  # fmt: skip
    for username, short, grade, reason in asked:
        request = request_grade_override(
            known[short].pk, by=staff.actor(username), grade=grade, reason=reason, expires_on=until
        )
    approve_grade_override(
        request.pk, by=staff.actor("songyanqiu"), note="中标通知书已核对，同意。"
    )
