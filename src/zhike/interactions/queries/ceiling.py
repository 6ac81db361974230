"""Whether one more contact with a customer is too much (COM-006).

Counts what all departments did, whoever asks; of others only the department is told.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.customers.queries.segments import segments_among
from zhike.identity.queries import working_calendar
from zhike.identity.working_time import WorkingCalendar
from zhike.interactions.models import (
    Channel,
    ChannelClass,
    ContactChannel,
    ContactPlan,
    Interaction,
    channel_choices,
)
from zhike.interactions.policies import CeilingFacts, ContactCeiling
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.moments import day_bounds
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.prepared import Id, Moment, prepared
from zhike.kernel.registry import registry

CLASS_OF = {
    Channel.CALL: ChannelClass.CALL, Channel.VISIT: ChannelClass.VISIT,
    Channel.MEETING: ChannelClass.VISIT, Channel.EVENT: ChannelClass.VISIT,
    Channel.NOTE: ChannelClass.NONE,
}  # fmt: skip


@dataclass(frozen=True)
class Used:
    """One contact that counts: its day, its channel, and the department that had it."""

    on: dt.date
    channel: str
    unit: str
    planned: bool


@dataclass(frozen=True)
class ContactCheck:
    """The rule's answer: allow, warn or refuse, what is not met, and who used the quota."""

    outcome: str
    reasons: list[str] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Whether nothing speaks against the contact."""
        return not self.reasons


def classes() -> dict[str, str]:
    """Return channel code -> class; what is not registered counts as a message."""
    shipped = {str(code): str(CLASS_OF.get(code, ChannelClass.MESSAGE)) for code in Channel}
    return {**shipped, **dict(_registered(ANONYMOUS))}


@prepared
def _registered(_by: Actor) -> "QuerySet[ContactChannel, tuple[str, str]]":
    return ContactChannel.unscoped.values_list("code", "channel_class")


class Ceiling:
    """The ceiling over one customer: what it goes by is read once, however often it is asked."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        _version, self.params = in_force(ContactCeiling.id)
        self.class_of = classes()
        self._since: dt.datetime | None = None
        self._contacts: list[tuple[str, dt.datetime, str | None, bool, int]] = []

    @cached_property
    def _segments(self) -> list[int]:
        return segments_among(self.customer.pk, [one.segment for one in self.params.segments])

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {code: str(title) for code, title in channel_choices()}

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        return working_calendar()

    def check(
        self,
        channel: str,
        *,
        at: dt.datetime,
        purpose: str,
        day_only: bool = False,
        but_plan: int = 0,
        but_log: int = 0,
    ) -> ContactCheck:
        """Ask about one more contact.

        Args:
            channel: code of the channel, "" = not known yet, only the total counts.
            purpose: plan, step, send or log; the rule may answer each differently.
            day_only: the time of the day is not known. but_plan, but_log: rows not to count.
        """
        on = timezone.localtime(at).date()
        kind = self.class_of.get(channel, "message") if channel else "total"
        if kind == ChannelClass.NONE:
            return ContactCheck("allow")
        used = self._used(on, {(True, but_plan), (False, but_log)})
        counts = Counter(self.class_of.get(code, "message") for code, _one in used)
        counts["total"] = len(used)
        units = list(dict.fromkeys(one.unit for _code, one in used))
        facts = CeilingFacts(
            grade=str(self.customer.grade), channel_class=kind, purpose=purpose, day=on,
            at=None if day_only else timezone.localtime(at).time(),
            working_day=self._calendar.is_working_day(on), used=counts, units=units,
            segments=self._segments,
        )  # fmt: skip
        decision = registry.policies[ContactCeiling.id].decide(facts, self.params)
        unmet = dict.fromkeys(_told(line) for line in decision.reasons if not line.holds)
        return ContactCheck(decision.outcome, list(unmet), [one for _code, one in used])

    def _used(self, on: dt.date, but: set[tuple[bool, int]]) -> list[tuple[str, Used]]:
        """Return the contacts and plans in the rule's days that end on ``on``, in their order."""
        start, end = day_bounds(on - dt.timedelta(days=self.params.period_days - 1), on)
        if self._since is None or start < self._since:
            self._since, self._contacts = start, _contacts(ANONYMOUS, self.customer.pk, start)
        free, titles, zone = _free(self.class_of), self._titles, timezone.get_current_timezone()
        return [
            (code, Used(moment.astimezone(zone).date(), titles.get(code, code),
                        unit or _("未分部门"), planned))
            for code, moment, unit, planned, pk in self._contacts
            if start <= moment < end and code not in free and (planned, pk) not in but
        ]  # fmt: skip


@prepared
def _contacts(_by: Actor, customer_id: Id, since: Moment) -> "QuerySet[Any, Any]":
    """(channel, moment, department, planned, id) of what all departments did and plan."""
    logged = Interaction.unscoped.filter(
        customer_id=customer_id, direction=Interaction.Direction.OUT, occurred_at__gte=since,
        archived_at__isnull=True,
    ).annotate(at=F("occurred_at"), planned=Value(value=False))  # fmt: skip
    plans = ContactPlan.unscoped.filter(
        customer_id=customer_id, status=ContactPlan.Status.OPEN, planned_at__gte=since,
        archived_at__isnull=True,
    ).annotate(at=F("planned_at"), planned=Value(value=True))  # fmt: skip
    columns = ("channel", "at", "unit__name", "planned", "pk")
    both = logged.order_by().values_list(*columns)
    return both.union(plans.order_by().values_list(*columns), all=True).order_by("at", "planned")


def check_contact(customer: Customer, channel: str, **asked: Any) -> ContactCheck:
    """Ask the ceiling about one more contact; see ``Ceiling.check``."""
    return Ceiling(customer).check(channel, **asked)


def contacts_lately(customer_ids: Sequence[int], on: dt.date, days: int) -> dict[int, int]:
    """Return customer -> contacts by us in the days that end on ``on``; those without are absent."""
    rows = _logged(on, days, classes()).filter(customer_id__in=customer_ids)
    return dict(rows.order_by().values_list("customer_id").annotate(n=Count("pk")))


def _logged(on: dt.date, days: int, class_of: dict[str, str]) -> "QuerySet[Interaction]":
    """Return the contacts by us that count in the days that end on ``on``."""
    start, end = day_bounds(on - dt.timedelta(days=days - 1), on)
    rows = Interaction.unscoped.filter(
        direction=Interaction.Direction.OUT, occurred_at__gte=start, occurred_at__lt=end,
        archived_at__isnull=True,
    )  # fmt: skip
    return rows.exclude(channel__in=_free(class_of))


def _free(class_of: dict[str, str]) -> list[str]:
    return [code for code, kind in class_of.items() if kind == ChannelClass.NONE]


def _told(line: "object") -> str:
    value = getattr(line, "value", "")
    text = sentence(line)  # type: ignore[arg-type]
    return _("%(text)s，现为 %(value)s") % {"text": text, "value": value} if value else text
