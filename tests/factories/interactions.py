"""Talking with customers: logged, planned, asked, registered."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from tests.factories.core import Values, held_by, make, maker, parent_of, serial


@maker("interactions.interaction")
def _interaction(**context: Any) -> Values:
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "channel": "visit",
        "occurred_at": timezone.now() - timedelta(hours=1),
        "summary": "讨论了年度框架协议。",
        "next_step": "报价",
        "next_step_on": timezone.localdate() + timedelta(days=3),
    }


@maker("interactions.participant")
def _participant(**context: Any) -> Values:
    interaction = parent_of("interactions.interaction", context)
    person = make("customers.person", customer=interaction.customer)
    return {"interaction": interaction, "person": person}


@maker("interactions.attendee")
def _attendee(**context: Any) -> Values:
    interaction = parent_of("interactions.interaction", context)
    user = make("identity.user")
    return {"interaction": interaction, "customer": interaction.customer, "user": user}


@maker("interactions.visitphoto")
def _visit_photo(**context: Any) -> Values:
    interaction = parent_of("interactions.interaction", context)
    image = ContentFile(b"photo", name="photo.jpg")
    return {"interaction": interaction, "customer": interaction.customer, "image": image}


@maker("interactions.comment")
def _comment(**context: Any) -> Values:
    interaction = parent_of("interactions.interaction", context)
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
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
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
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "channel": "call",
        "planned_at": next_working_morning(),
        "topic": "季度用量回访",
    }


@maker("interactions.inquiry")
def _inquiry(**context: Any) -> Values:
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "kind": "question",
        "text": "白油的闪点是多少？",
        "handler": make("identity.user"),
        "accept_by": timezone.now() + timedelta(hours=4),
        "due_at": timezone.now() + timedelta(days=1),
    }


@maker("interactions.socialpost")
def _post(**context: Any) -> Values:
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "platform": "wechat",
        "kind": "comment",
        "text": "这批货到得真快",
        "posted_at": timezone.now() - timedelta(hours=3),
    }


@maker("interactions.behaviour")
def _behaviour(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    person = make("customers.person", customer=customer, owner=context.get("owner"))
    given = {"purpose": "behaviour", "state": "given", "source": "展会", "customer": customer}
    make("loyalty.consent", person=person, decided_on=date(2020, 1, 1), **given)
    return {
        "person": person, "customer": customer, "kind": "page_view", "source": "官网",
        "occurred_at": timezone.now() - timedelta(hours=1), "title": "环氧树脂选型",
    }  # fmt: skip


@maker("interactions.visitreview")
def _review(**context: Any) -> Values:
    interaction = parent_of("interactions.interaction", context)
    visitor = interaction.owner or make("identity.user")
    return {
        **held_by(**context),
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
    return {**held_by(**context), "month": month, "channel": "call", "contacts": number}


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
