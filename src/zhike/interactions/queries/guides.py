"""Guides, talk tracks and templates for one customer in one situation."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhike.customers.models import Customer, Person
from zhike.customers.queries.segments import segments_among
from zhike.identity.queries import company_name, memberships
from zhike.interactions import merge
from zhike.interactions.models import MessageTemplate, TalkTrack
from zhike.interactions.policies import ContactCadence
from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.errors import NotFound
from zhike.kernel.policy_store import in_force

MOST = 30
CONDITIONS = ("grade", "lifecycle", "tag_id", "channel", "situation")
FROM_CUSTOMER = {
    "客户名称": "name", "客户简称": "short_name", "客户编号": "code", "客户分级": "grade",
    "客户电话": "phone", "客户地址": "address",
}  # fmt: skip
FROM_PERSON = {
    "联系人": "name", "称谓": "salutation", "联系人职务": "title", "联系人手机": "mobile",
}  # fmt: skip


@dataclass(frozen=True)
class GuideLine:
    """An approved guide or talk track that fits; ``fits`` are the conditions that it names."""

    id: int
    kind: str
    title: str
    number: int
    situation: str
    style: str
    channel: str
    say: str
    avoid: str
    fits: list[str]


@dataclass(frozen=True)
class TemplateLine:
    """An approved template with its text for this customer; ``missing`` fields have no value."""

    id: int
    title: str
    number: int
    channel: str
    channel_code: str
    language: str
    subject: str
    text: str
    missing: list[str]


def guides_for(
    customer: Customer, by: Actor, *, channel: str = "", situation: str = ""
) -> list[GuideLine]:
    """Return what fits the customer, the most particular first (COM-007, COM-009, COM-010)."""
    tags = list(customer.tags.filter(archived_at__isnull=True).values_list("tag_id", flat=True))
    rows = TalkTrack.objects.visible_to(by).filter(
        Q(grade__in=["", customer.grade]), Q(lifecycle__in=["", customer.lifecycle]),
        Q(tag__isnull=True) | Q(tag__in=tags), status=TalkTrack.Status.APPROVED,
    )  # fmt: skip
    if channel:
        rows = rows.filter(channel__in=["", channel])
    if situation:
        rows = rows.filter(situation__in=["", situation])
    found = sorted(rows.select_related("tag")[: MOST * 10], key=lambda row: (-_weight(row), row.pk))
    return [_guide(row) for row in found[:MOST]]


def _weight(row: TalkTrack) -> int:
    return sum(1 for name in CONDITIONS if getattr(row, name))


def _guide(row: TalkTrack) -> GuideLine:
    fits = [row.get_grade_display(), row.get_lifecycle_display(), str(row.tag or "")]
    return GuideLine(
        row.pk, str(row.get_kind_display()), str(row.title), row.number,
        str(row.get_situation_display()), str(row.get_style_display()),
        str(row.get_channel_display()), str(row.say), str(row.avoid),
        [str(one) for one in fits if one],
    )  # fmt: skip


def cadence_days(customer: Customer) -> int | None:
    """Return how often the rule wants the customer to be contacted, in days."""
    params = in_force(ContactCadence.id)[1]
    days: int | None = params.interval(
        str(customer.grade), str(customer.lifecycle),
        segments_among(customer.pk, [one.segment for one in params.segments]),
    )  # fmt: skip
    return days


def situations() -> list[tuple[str, str]]:
    """Return the situations with their titles."""
    return [(str(value), str(label)) for value, label in TalkTrack.Situation.choices]


def merge_values(customer: Customer, by: Actor, *, person: Person | None = None) -> dict[str, str]:
    """Return the values of the merge fields as this reader may see them: masked, or none."""
    found = {name: _shown(Customer, customer, column, by) for name, column in FROM_CUSTOMER.items()}
    found["客户简称"] = found["客户简称"] or found["客户名称"]
    contact = person or _contact(customer, by)
    for name, column in FROM_PERSON.items():
        found[name] = _shown(Person, contact, column, by) if contact else ""
    found["称谓"] = found["称谓"] or found["联系人"]
    found["我的姓名"] = by.name
    found["我的部门"] = _unit_name(by)
    found["公司名称"] = company_name()
    found["今天"] = f"{timezone.localdate():%Y-%m-%d}"
    return {name: value for name, value in found.items() if value}


def _shown(model: Any, row: Any, name: str, by: Actor) -> str:
    column = bind(Column(name), model, by)
    return "" if column is None else column.text(getattr(row, name))


def _contact(customer: Customer, by: Actor) -> Person | None:
    rows = Person.objects.visible_to(by)
    chosen = rows.filter(pk=customer.primary_contact_id or 0).first()
    return chosen or rows.filter(customer_id=customer.pk).order_by("id").first()


def _unit_name(by: Actor) -> str:
    if by.user_id is None:
        return ""
    row = memberships(by.user_id).select_related("unit").first()
    return str(row.unit) if row else ""


def templates_for(customer: Customer, by: Actor, *, channel: str = "") -> list[TemplateLine]:
    """Return the approved templates, filled in for the customer."""
    rows = MessageTemplate.objects.visible_to(by).filter(status=MessageTemplate.Status.APPROVED)
    if channel:
        rows = rows.filter(channel=channel)
    values = merge_values(customer, by)
    return [_template(row, values) for row in rows.order_by("title", "language", "id")[:MOST]]


def prepared_text(template_id: int, customer: Customer, by: Actor) -> TemplateLine:
    """Return one approved template filled in for the customer.

    Raises:
        NotFound: no such template, or it is not approved.
    """
    rows = MessageTemplate.objects.visible_to(by).filter(status=MessageTemplate.Status.APPROVED)
    row = rows.filter(pk=template_id).first()
    if row is None:
        raise NotFound
    return _template(row, merge_values(customer, by))


def preview(template_id: int, customer_id: int, by: Actor) -> TemplateLine:
    """Return any version filled in with a real customer of the reader's, for its author.

    Raises:
        NotFound: no such version or customer.
    """
    row = MessageTemplate.objects.visible_to(by).filter(pk=template_id).first()
    customer = Customer.objects.visible_to(by).filter(pk=customer_id).first()
    if row is None or customer is None:
        raise NotFound
    return _template(row, merge_values(customer, by))


def _template(row: MessageTemplate, values: dict[str, str]) -> TemplateLine:
    used = merge.names(f"{row.subject}\n{row.body}")
    return TemplateLine(
        row.pk, str(row.title), row.number, str(row.get_channel_display()),
        str(row.channel), str(row.get_language_display()), merge.fill(str(row.subject), values),
        merge.fill(str(row.body), values), [name for name in used if name not in values],
    )  # fmt: skip
