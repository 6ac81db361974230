"""Needs, meetings about them, and what becomes of them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import Values, held_by, make, maker, parent_of, serial


@maker("needs.needtype")
def _need_type(**_: Any) -> Values:
    return {"name": f"需求类型{serial()}", "note": "按公司需要增加"}


@maker("needs.need")
def _need(**context: Any) -> Values:
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "title": f"小包装{serial()}",
        "type": make("needs.needtype"),
        "description": "希望增加 5 公斤小包装。",
        "recorded_at": timezone.now(),
        "answer_due_at": timezone.now() + timedelta(days=2),
    }


@maker("needs.project")
def _project(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {**held_by(**context), "name": f"二期扩建{serial()}", "customer": customer}


@maker("needs.projectmember")
def _project_member(**context: Any) -> Values:
    return {"project": parent_of("needs.project", context), "user": make("identity.user")}


@maker("needs.financing")
def _financing(**context: Any) -> Values:
    return {"project": parent_of("needs.project", context), "kind": "loan", "amount": "5000000.00"}


@maker("needs.meeting")
def _meeting(**context: Any) -> Values:
    starts = timezone.now() - timedelta(hours=2)
    return {**held_by(**context), "title": f"需求分析会{serial()}", "starts_at": starts}


@maker("needs.attendee")
def _attendee(**context: Any) -> Values:
    return {"meeting": parent_of("needs.meeting", context), "user": make("identity.user")}


@maker("needs.topic")
def _topic(**context: Any) -> Values:
    meeting = context.get("meeting") or make("needs.meeting", **held_by(**context))
    return {"meeting": meeting, "heading": "包装规格"}


@maker("needs.needsdocument")
def _needs_document(**context: Any) -> Values:
    return {**held_by(**context), "title": f"客户需求文档{serial()}"}


@maker("needs.clause")
def _needs_clause(**context: Any) -> Values:
    document = context.get("document") or make("needs.needsdocument", **held_by(**context))
    return {"document": document, "heading": "背景", "text": "客户希望增加小包装。"}


@maker("needs.receipt")
def _receipt(**context: Any) -> Values:
    document = make("needs.needsdocument", **held_by(**context))
    return {"document": document, "user": make("identity.user")}


@maker("needs.research")
def _research(**context: Any) -> Values:
    today = timezone.localdate()
    return {
        **held_by(**context),
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
    customer = parent_of("customers.customer", context)
    interaction = make("interactions.interaction", customer=customer)
    return {
        **held_by(**context),
        "customer": customer,
        "interaction": interaction,
        "source_id": interaction.pk,
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


@maker("needs.needproduct")
def _need_product(**context: Any) -> Values:
    return {"need": parent_of("needs.need", context), "product": make("catalog.product")}


@maker("needs.needopportunity")
def _need_opportunity(**context: Any) -> Values:
    return {
        "need": parent_of("needs.need", context),
        "opportunity": parent_of("sales.opportunity", context),
    }


@maker("needs.boardlink")
def _board_link(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {
        "customer": customer,
        "person": make("customers.person", customer=customer),
        "digest": f"{serial():064d}",
        "expires_at": timezone.now() + timedelta(days=30),
    }
