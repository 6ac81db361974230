"""Reads of to-dos and communications for pages: plain values, in the reader's scope."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import User
from zhike.interactions.models import Interaction, Sentiment, ToDo, VisitPhoto, usable_channels
from zhike.interactions.policies import VisitRecordRule
from zhike.kernel.actor import Actor
from zhike.kernel.moments import day_bounds
from zhike.kernel.policy_store import in_force
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.registry import registry

CADENCE = "interactions.contact_cadence"
SEGMENTS = ("all", "mine", "given")
DONE_SHOWN = 8


@dataclass(frozen=True)
class ToDoLine:
    """One to-do ready to show.

    Attributes:
        rule, rule_url: the clause it comes from, empty for one's own; icon: of its family;
        link: where the work is done, empty for the customer's page;
        automated: a rule or a process made it, so that it can be handed to a person;
        started: when it was made, for the colour of the deadline.
    """

    id: int
    version: int
    title: str
    family: str
    status: str
    due_at: dt.datetime
    started: dt.datetime
    icon: str
    customer_id: int | None
    customer: str
    grade: str
    owner: str
    rule: str
    rule_url: str
    rule_version: str
    link: str = ""
    automated: bool = False
    done_at: dt.datetime | None = None
    result: str = ""
    mine: bool = False


@dataclass
class ToDoGroup:
    """To-dos of one family, or the overdue ones."""

    key: str
    title: str
    hot: bool = False
    lines: list[ToDoLine] = field(default_factory=list)


ICONS = {
    ToDo.Family.CONTACT: "phone-call",
    ToDo.Family.NEXT_STEP: "calendar-event",
    ToDo.Family.GRADE: "arrow-up-right",
    ToDo.Family.APPROVAL: "checkbox",
    ToDo.Family.TASK: "list-details",
    ToDo.Family.MANUAL: "list-check",
}
SHOWN = (
    "id", "version", "title", "family", "status", "due_at", "created_at", "customer_id",
    "customer__name", "customer__short_name", "customer__grade", "owner_id",
    "owner__display_name", "policy_id", "policy_version__number", "facts", "done_at", "result", "link",
    "source_key",
)  # fmt: skip


def todos(by: Actor, segment: str = "all") -> "QuerySet[ToDo]":
    """Return the to-dos of a segment: all that concern me, those I carry out, those I gave away."""
    rows = ToDo.objects.visible_to(by)
    mine, given = Q(owner_id=by.user_id), Q(created_by_id=by.user_id)
    if segment == "mine":
        return rows.filter(mine)
    if segment == "given":
        return rows.filter(given).exclude(owner_id=by.user_id)
    return rows.filter(mine | given)


def open_lines(by: Actor, *, segment: str = "all", limit: int = 60) -> list[ToDoLine]:
    """Return open to-dos, the most urgent first."""
    rows = todos(by, segment).filter(status=ToDo.Status.OPEN)
    return [_line(row, by) for row in rows.order_by("due_at", "id").values(*SHOWN)[:limit]]


def open_per_day(
    by: Actor, first: dt.date, last: dt.date, *, segment: str = "all"
) -> dict[dt.date, int]:
    """Return how many open to-dos fall on each of these days, without the days that have none."""
    rows = todos(by, segment).filter(
        status=ToDo.Status.OPEN, due_at__gte=day_bounds(first)[0], due_at__lt=day_bounds(last)[1]
    )
    days = rows.annotate(day=TruncDate("due_at")).order_by("day").values_list("day")
    return dict(days.annotate(count=Count("pk")))


def done_lines(by: Actor, *, segment: str = "all", on: dt.date | None = None) -> list[ToDoLine]:
    """Return what was done on a day, the latest first."""
    start, end = day_bounds(on or timezone.localdate())
    rows = todos(by, segment).filter(status=ToDo.Status.DONE, done_at__gte=start, done_at__lt=end)
    return [_line(row, by) for row in rows.order_by("-done_at").values(*SHOWN)[:100]]


def of_customer(customer_id: int, by: Actor, limit: int = 5) -> list[ToDoLine]:
    """Return a customer's open to-dos that the reader may see, the most urgent first."""
    return [_line(row, by) for row in _open_of(by, customer_id, limit)]


@prepared
def _open_of(by: Actor, customer_id: Id, limit: int) -> "QuerySet[ToDo, dict[str, Any]]":
    rows = ToDo.objects.visible_to(by).filter(customer_id=customer_id, status=ToDo.Status.OPEN)
    return rows.order_by("due_at", "id").values(*SHOWN)[:limit]


def line(todo_id: int, by: Actor) -> ToDoLine | None:
    """Return one to-do of the reader's."""
    row = ToDo.objects.visible_to(by).filter(pk=todo_id).values(*SHOWN).first()
    return _line(row, by) if row else None


def grouped(lines: Sequence[ToDoLine], *, now: dt.datetime | None = None) -> list[ToDoGroup]:
    """Return the lines as groups: the overdue first, then the families in their order."""
    moment = now or timezone.now()
    late = ToDoGroup("late", _("逾期跟进"), hot=True)
    families = {str(f): ToDoGroup(str(f), str(f.label)) for f in ToDo.Family}
    for one in lines:
        (late if one.due_at < moment else families[one.family]).lines.append(one)
    return [group for group in (late, *families.values()) if group.lines]


def due_today(by: Actor) -> "QuerySet[ToDo]":
    """Return the reader's open to-dos that are due by tonight."""
    _start, end = day_bounds(timezone.localdate())
    rows = ToDo.objects.visible_to(by).filter(owner_id=by.user_id, status=ToDo.Status.OPEN)
    return rows.filter(due_at__lt=end)


def timeliness(by: Actor, start: dt.datetime, end: dt.datetime) -> tuple[int, int]:
    """Return (met, due) of the reader's own contact and appointment to-dos in a period.

    Due are those whose deadline has passed or that are done; given-up ones do not count.
    """
    now = min(timezone.now(), end)
    rows = ToDo.objects.visible_to(by).filter(
        owner_id=by.user_id, due_at__gte=start, due_at__lt=end,
        family__in=(ToDo.Family.CONTACT, ToDo.Family.NEXT_STEP),
    ).exclude(status=ToDo.Status.DROPPED)  # fmt: skip
    found = rows.aggregate(
        met=Count("id", filter=Q(status=ToDo.Status.DONE, done_at__lte=F("due_at"))),
        due=Count("id", filter=Q(due_at__lt=now) | Q(status=ToDo.Status.DONE)),
    )
    return found["met"], found["due"]


def recent_customer_ids(by: Actor, limit: int = 8) -> list[int]:
    """Return the customers with whom the reader spoke last, the latest first."""
    rows = Interaction.objects.visible_to(by).filter(owner_id=by.user_id).order_by()
    latest = rows.values("customer_id").annotate(at=Max("occurred_at")).order_by("-at")
    return [row["customer_id"] for row in latest[:limit]]


def colleagues(text: str, limit: int = 8) -> list[dict[str, Any]]:
    """Return active colleagues whose name contains the text, for @mentions and hand-overs."""
    rows = User.unscoped.filter(is_active=True, archived_at__isnull=True)
    rows = rows.filter(display_name__icontains=text[:40]).order_by("display_name", "id")
    return [{"value": row.pk, "text": str(row.display_name)} for row in rows[:limit]]


def attachment(interaction_id: int, by: Actor) -> Any:
    """Return the file of a communication that the reader may see, or None."""
    row = Interaction.objects.visible_to(by).filter(pk=interaction_id).first()
    return row.attachment if row and row.attachment else None


def photo(photo_id: int, by: Actor) -> Any:
    """Return the file of a photo that the reader may see, or None."""
    row = VisitPhoto.objects.visible_to(by).filter(pk=photo_id).first()
    return row.image if row else None


def may_locate(by: Actor) -> bool:
    """Tell whether the rule lets this person record where he stands."""
    names = ("latitude", "longitude", "accuracy", "located_at")
    access = {by.field_access(Interaction.key(), name) for name in names}
    allowed: bool = in_force(VisitRecordRule.id)[1].location
    return allowed and not access & {"hidden", "readonly"}


def channels() -> list[tuple[str, str, str]]:
    """Return (code, title, icon) of each channel in use, in the order of the composer."""
    return usable_channels()


def sentiments() -> list[tuple[str, str]]:
    """Return how a customer may have taken it, with titles."""
    return [(str(value), str(label)) for value, label in Sentiment.choices]


def _line(row: dict[str, Any], by: Actor) -> ToDoLine:
    rule, url, number = _rule(row)
    title = _(row["title"]) if row["policy_id"] else row["title"]
    return ToDoLine(
        id=row["id"], version=row["version"], title=title, family=row["family"],
        status=row["status"], due_at=row["due_at"], started=row["created_at"],
        icon=ICONS[ToDo.Family(row["family"])], customer_id=row["customer_id"],
        customer=row["customer__short_name"] or row["customer__name"] or "",
        grade=row["customer__grade"] or "", owner=row["owner__display_name"] or "",
        rule=rule, rule_url=url, rule_version=number, link=row["link"],
        automated=bool(row["policy_id"] or row["source_key"]), done_at=row["done_at"],
        result=row["result"], mine=row["owner_id"] == by.user_id,
    )  # fmt: skip


def _rule(row: dict[str, Any]) -> tuple[str, str, str]:
    policy = registry.policies.get(row["policy_id"])
    if policy is None:
        return "", "", ""
    number = row["policy_version__number"]
    version = f"v{number}" if number else _("出厂规则")
    text = _(str(policy.title))
    facts = row["facts"]
    if row["policy_id"] == CADENCE and facts.get("days"):
        grade = dict(registry_grades()).get(facts.get("grade", ""), "")
        text = _("%(grade)s 客户 %(days)s 日回访") % {"grade": grade, "days": facts["days"]}
    return text, f"/rulebook/policies/{row['policy_id']}/", version


def registry_grades() -> list[tuple[str, str]]:
    """Return the grades with their titles."""
    from zhike.customers.models import Grade

    return [(str(value), str(label)) for value, label in Grade.choices]
