"""Themes of needs in the order of the ranking rule (NEED-008)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, CharField, Count, F, Max, Q, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from zhike.kernel.actor import Actor
from zhike.kernel.policies import Reason
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.needs.models import Need
from zhike.needs.models.need import OPEN
from zhike.needs.policies import Ranking, RankingFacts

MOST_THEMES = 200
KANO_CODES = ("must", "performance", "attractive", "indifferent", "reverse")
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Ranked:
    """One theme: several customers' same need, or one need that has no theme.

    Attributes:
        needs: how many; url: the list behind the line; score: 0…100 and more by Kano.
    """

    place: int
    title: str
    url: str
    needs: int
    facts: RankingFacts
    score: Decimal
    opportunity: Decimal
    quadrant: str
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Board:
    """The ranking with the rule's version and the line between the quadrants."""

    rows: Sequence[Ranked]
    divide_at: Decimal
    version: int | None
    unanalysed: int


def ranked(by: Actor, *, type_id: int | None = None) -> Board:
    """Return the open needs that the reader may see, by theme, the most urgent first.

    Two statements, whatever their number.
    """
    version, params = in_force(Ranking.id)
    rows = Need.objects.visible_to(by).filter(status__in=OPEN)
    if type_id:
        rows = rows.filter(type_id=type_id)
    themes = _themes(rows.filter(importance__isnull=False))
    policy = registry.policies[Ranking.id]
    found = []
    for row in themes:
        facts = _facts(row)
        decision = policy.decide(facts, params)
        found.append((Decimal(decision.outcome["score"]), row, facts, decision))
    found.sort(key=lambda one: (-one[0], one[1]["name"]))
    lines = [
        Ranked(
            place, str(row["theme"] or row["title"]), _url(row), row["count"], facts, score,
            Decimal(decision.outcome["opportunity"]), decision.outcome["quadrant"],
            decision.reasons,
        )
        for place, (score, row, facts, decision) in enumerate(found, 1)
    ]  # fmt: skip
    waiting = rows.filter(importance__isnull=True).count()
    return Board(lines, params.divide_at, version.number if version else None, waiting)


def _themes(rows: Any) -> list[dict[str, Any]]:
    name = Coalesce(NullIf(F("theme"), Value("")), F("code"), output_field=CharField())
    named = rows.annotate(name=name).values("name")
    kano = {f"kano_{code}": Count("id", filter=Q(kano=code)) for code in KANO_CODES}
    grouped = named.annotate(
        theme=Max("theme"), title=Max("title"), first=Max("id"), count=Count("id"),
        customers=Count("customer_id", distinct=True), mean_importance=Avg("importance"),
        mean_satisfaction=Avg("satisfaction"), total_value=Sum("value"), most_effort=Max("effort"),
        mean_fit=Avg("fit"), **kano,
    )  # fmt: skip
    return list(grouped.order_by("-count", "name")[:MOST_THEMES])


def _facts(row: dict[str, Any]) -> RankingFacts:
    votes = {code: row[f"kano_{code}"] for code in KANO_CODES}
    best = max(KANO_CODES, key=lambda code: votes[code])
    return RankingFacts(
        importance=_tenth(row["mean_importance"]), satisfaction=_tenth(row["mean_satisfaction"]),
        frequency=row["customers"], value=row["total_value"] or Decimal(0),
        effort=row["most_effort"] or 1, fit=_tenth(row["mean_fit"] or 3),
        kano=best if votes[best] else "",
    )  # fmt: skip


def _tenth(number: Any) -> Decimal:
    return Decimal(str(number)).quantize(TENTH)


def _url(row: dict[str, Any]) -> str:
    if row["theme"]:
        return f"/needs/need/?{urlencode({'theme': row['theme']})}"
    return f"/needs/need/{row['first']}/"
