"""What the two upper tiers see on their home page: the team's work, and whether it is used at all.

Each function is one or two statements within the reader's scope.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.identity.models import RoleAssignment, User
from zhike.identity.queries import roles_of, valid_on
from zhike.interactions.models import Interaction, ToDo
from zhike.kernel.actor import Actor
from zhike.kernel.moments import midnight
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.rulebook.models import Clause
from zhike.rulebook.queries.documents import editions_in_force
from zhike.teamwork.models import ImprovementItem, StatusReport
from zhike.teamwork.policies import RolloutTiers, TierFacts, TierParams
from zhike.trust.models import Grant

LINES = 8


@dataclass(frozen=True, slots=True)
class Tier:
    """A reader's place: ``leader``, ``manager`` or ``front``; the rule's days and upper roles."""

    name: str
    days: int
    upper: frozenset[str]

    @property
    def since(self) -> dt.datetime:
        """The first moment that the page counts."""
        return midnight(timezone.localdate() - dt.timedelta(days=self.days - 1))


def tier_of(by: Actor) -> Tier:
    """Return the reader's tier under the rule in force."""
    params: TierParams = in_force(RolloutTiers.id)[1]
    codes = tuple(roles_of(by.user_id or 0).values_list("role__code", flat=True))
    name = RolloutTiers().decide(TierFacts(roles=codes), params).outcome
    return Tier(name, params.days, frozenset([*params.leaders, *params.managers]))


@dataclass(frozen=True, slots=True)
class Behind:
    """A colleague with overdue contacts: how many, and the oldest deadline."""

    owner_id: int | None
    name: str
    count: int
    oldest: dt.datetime


def overdue_contacts(by: Actor) -> tuple[int, list[Behind]]:
    """Return how many contacts of others are overdue, and those furthest behind."""
    rows = ToDo.objects.visible_to(by).filter(
        status=ToDo.Status.OPEN, family=ToDo.Family.CONTACT, due_at__lt=timezone.now()
    )
    rows = rows.exclude(owner_id=by.user_id).order_by()
    grouped = rows.values("owner_id", "owner__display_name").annotate(
        n=Count("pk"), oldest=Min("due_at")
    )
    found = [
        Behind(row["owner_id"], row["owner__display_name"] or "", row["n"], row["oldest"])
        for row in grouped.order_by("-n", "oldest")
    ]
    return sum(one.count for one in found), found[:LINES]


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What was recorded in the reader's scope; None where he may not see it."""

    talks: int | None
    talked_to: int | None
    new_customers: int | None
    due: int | None
    met: int | None

    @property
    def timely(self) -> float | None:
        """The share of due to-dos that were done in time."""
        return (self.met or 0) / self.due if self.due else None


def unit_figures(by: Actor, since: dt.datetime) -> UnitFigures:
    """Return the figures of the reader's units since a moment."""
    talks: dict[str, Any] = {}
    todos: dict[str, Any] = {}
    fresh = None
    if by.may(Interaction.key(), "view"):
        rows = Interaction.objects.visible_to(by).filter(occurred_at__gte=since).order_by()
        talks = rows.aggregate(n=Count("pk"), customers=Count("customer_id", distinct=True))
    if by.may(ToDo.key(), "view"):
        todos = _due(by, since).aggregate(**_kept())
    if by.may(Customer.key(), "view"):
        fresh = Customer.objects.visible_to(by).filter(created_at__gte=since).order_by().count()
    return UnitFigures(
        talks.get("n"), talks.get("customers"), fresh, todos.get("due"), todos.get("met")
    )


def _due(by: Actor, since: dt.datetime) -> Any:
    rows = ToDo.objects.visible_to(by).filter(due_at__gte=since, due_at__lt=timezone.now())
    return rows.exclude(status=ToDo.Status.DROPPED).order_by()


def _kept() -> dict[str, Any]:
    met = Q(status=ToDo.Status.DONE, done_at__lte=F("due_at"))
    return {"due": Count("pk"), "met": Count("pk", filter=met)}


@dataclass(frozen=True, slots=True)
class Recorder:
    """What one colleague wrote down; ``share`` of the most diligent one."""

    user_id: int
    name: str
    talks: int
    customers: int
    last: dt.datetime | None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Adoption:
    """Who records and who does not, of those with a front-line role."""

    expected: int
    active: int
    lines: list[Recorder]
    silent: list[str]


def adoption(by: Actor, tier: Tier) -> Adoption:
    """Return how much each front-line colleague wrote down since the tier's first day."""
    people = _front_line(by, tier)
    rows = Interaction.objects.visible_to(by).filter(occurred_at__gte=tier.since).order_by()
    logged = {
        row["owner_id"]: row
        for row in rows.filter(owner_id__in=people).values("owner_id").annotate(
            n=Count("pk"), customers=Count("customer_id", distinct=True), last=Max("occurred_at")
        )
    }  # fmt: skip
    most = max((row["n"] for row in logged.values()), default=0)
    lines = [
        Recorder(pk, people[pk], row["n"], row["customers"], row["last"], row["n"] / most)
        for pk, row in sorted(logged.items(), key=lambda pair: (-pair[1]["n"], pair[0]))
    ]
    silent = [name for pk, name in people.items() if pk not in logged]
    return Adoption(len(people), len(lines), lines[:LINES], silent)


def _front_line(by: Actor, tier: Tier) -> dict[int, str]:
    """Return the colleagues whose role lets them record and who stand on neither upper tier."""
    held = RoleAssignment.unscoped.filter(valid_on(timezone.localdate()))
    writing = Grant.unscoped.filter(
        resource=Interaction.key(), verb="create", archived_at=None
    ).values("role_id")
    people = User.objects.visible_to(by).filter(
        is_active=True, pk__in=held.filter(role_id__in=writing).values("user_id")
    )
    upper = held.filter(role__code__in=tier.upper).values("user_id")
    found = people.exclude(pk__in=upper).order_by("display_name", "pk")
    return dict(found.values_list("pk", "display_name"))


@dataclass(frozen=True, slots=True)
class Compliance:
    """A rule's to-dos that fell due: how many, how many in time, and the clause behind it."""

    policy_id: str
    title: str
    clause: str
    due: int
    met: int

    @property
    def share(self) -> float:
        """The share done in time, 0…1."""
        return self.met / self.due


def compliance(by: Actor, since: dt.datetime) -> list[Compliance]:
    """Return the rules with to-dos due since a moment, the worst kept first."""
    rows = _due(by, since).exclude(policy_id="").values("policy_id").annotate(**_kept())
    found = [row for row in rows if row["policy_id"] in registry.policies]
    named = _clauses([row["policy_id"] for row in found]) if found else {}
    lines = [
        Compliance(
            row["policy_id"], _(str(registry.policies[row["policy_id"]].title)),
            named.get(row["policy_id"], ""), row["due"], row["met"],
        )
        for row in found
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (one.share, -one.due))[:LINES]


def _clauses(policy_ids: list[str]) -> dict[str, str]:
    editions = [edition.pk for edition in editions_in_force().values()]
    rows = Clause.unscoped.filter(
        edition_id__in=editions, policy_id__in=policy_ids, archived_at=None
    ).order_by("-position", "-id")  # fmt: skip
    found = rows.values_list("policy_id", "edition__document__title", "number")
    return {policy: f"{title} {number}".strip() for policy, title, number in found}


@dataclass(frozen=True, slots=True)
class OpenItems:
    """Improvement items: how many are open, late, new and closed, and some of them."""

    open: int
    late: int
    fresh: int
    closed: int
    lines: list[ImprovementItem]


def improvement_items(by: Actor, since: dt.datetime, *, newest: bool) -> OpenItems:
    """Return the open items in the reader's scope: the newest, or the most pressing first."""
    rows = ImprovementItem.objects.visible_to(by).order_by()
    is_open = ~Q(status=ImprovementItem.Status.CLOSED)
    day = timezone.localdate(since)
    counts = rows.aggregate(
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=timezone.localdate())),
        fresh=Count("pk", filter=is_open & Q(created_at__gte=since)),
        closed=Count("pk", filter=Q(closed_on__gte=day)),
    )
    order = ("-created_at", "-pk") if newest else ("due_on", "pk")
    shown = rows.filter(is_open, **({"created_at__gte": since} if newest else {}))
    return OpenItems(**counts, lines=list(shown.select_related("owner").order_by(*order)[:5]))


def reports_waiting(by: Actor) -> list[StatusReport]:
    """Return the reports that the reader has to sign, and those he was sent and has not read."""
    mine = Q(status=StatusReport.Status.DRAFT, owner_id=by.user_id)
    sent = Q(status=StatusReport.Status.SIGNED, superior_id=by.user_id)
    rows = StatusReport.objects.visible_to(by).filter(mine | sent).select_related("owner")
    return list(rows.defer("pdf", "snapshot").order_by("ends_on", "pk")[:LINES])
