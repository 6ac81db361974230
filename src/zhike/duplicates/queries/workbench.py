"""What the workbench shows of a pair: both records field by field, as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import CustomerTag, Person
from zhike.duplicates.models import CUSTOMER, SUBJECTS, Merge, Pair, Scan
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.moments import midnight

SHOWN = {"certain": Q(status="open", level="certain"), "likely": Q(status="open", level="likely"),
         "ignored": Q(status__in=["ignored", "related"])}  # fmt: skip
LISTED = 60
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True)
class Line:
    """A pair in the list at the left."""

    pair: Pair
    one: str
    other: str
    evidence: str


@dataclass(frozen=True)
class Choice:
    """One field of the two: the values as shown, whether they differ, and which is better filled."""

    name: str
    title: Any
    left: Any
    right: Any
    differs: bool
    fuller: str


def pairs(by: Actor, kind: str, show: str) -> "QuerySet[Any]":
    """Return the pairs of a tab within the actor's reach, the most probable first."""
    rows = Pair.objects.visible_to(by).filter(SHOWN.get(show, SHOWN["certain"]), kind=kind)
    return rows.order_by("-score", "id")


def counts(by: Actor, kind: str) -> dict[str, int]:
    """Return how many pairs each tab holds for this reader."""
    return {name: pairs(by, kind, name).count() for name in SHOWN}


def lines(rows: "QuerySet[Any]", kind: str) -> list[Line]:
    """Return the first pairs with the names of both."""
    sides = (f"left_{kind}", f"right_{kind}")
    return [
        Line(
            pair, str(getattr(pair, sides[0]).name), str(getattr(pair, sides[1]).name),
            "、".join(_(text) for text in pair.evidence[:2]),
        )
        for pair in rows.select_related(*sides)[:LISTED]
    ]  # fmt: skip


def pair_of(by: Actor, pk: int) -> Pair:
    """Return a pair within the actor's reach.

    Raises:
        NotFound: none such.
    """
    found: Pair | None = Pair.objects.visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def sides(pair: Pair, by: Actor) -> tuple[Any, Any]:
    """Return both records."""
    model = SUBJECTS[pair.kind]
    rows = {
        row.pk: row
        for row in model.objects.visible_to(by, archived=True)
        .filter(pk__in=[pair.left_id, pair.right_id])
        .select_related("owner", "unit", "created_by")
    }
    if len(rows) < 2:
        raise NotFound
    return rows[pair.left_id], rows[pair.right_id]


def choices(kind: str, left: Any, right: Any, names: Sequence[str], by: Actor) -> list[Choice]:
    """Return the fields of the two that the reader may see."""
    found = []
    for name in names:
        f: Any = SUBJECTS[kind]._meta.get_field(name)
        if by.field_access(SUBJECTS[kind].key(), name, personal=_personal(f)) == "hidden":
            continue
        one, other = getattr(left, f.attname), getattr(right, f.attname)
        if one in (None, "") and other in (None, ""):
            continue
        size = len(str(one or "")), len(str(other or ""))
        found.append(
            Choice(
                name,
                f.verbose_name,
                one,
                other,
                one != other,
                LEFT if size[0] >= size[1] else RIGHT,
            )
        )
    return found


def _personal(f: Any) -> bool:
    return bool(getattr(f, "personal", False))


def joined(kind: str, left: Any, right: Any) -> list[tuple[str, list[str], list[str]]]:
    """Return what is not chosen but put together: contacts and tags of both."""
    if kind != CUSTOMER:
        return []
    found = []
    people = Person.unscoped.filter(archived_at__isnull=True)
    tags = CustomerTag.unscoped.filter(archived_at__isnull=True)
    for title, rows, field in (
        (_("联系人"), people, "name"),
        (_("标签"), tags, "tag__name"),
    ):
        one, other = (
            list(rows.filter(customer_id=side.pk).order_by("id").values_list(field, flat=True)[:20])
            for side in (left, right)
        )
        if one or other:
            found.append((title, one, other))
    return found


def last_scan() -> Scan | None:
    """Return the newest scan."""
    found: Scan | None = Scan.unscoped.order_by("-id").first()
    return found


def merges(by: Actor, limit: int = 100) -> list[Merge]:
    """Return the newest merges within the actor's reach."""
    rows = Merge.objects.visible_to(by).select_related("created_by", "undone_by")
    return list(rows.order_by("-id")[:limit])


def merge_figures(by: Actor) -> tuple[int, int]:
    """Return how many merges this month saw, and how many of them were undone."""
    first = midnight(timezone.localdate().replace(day=1))
    rows = Merge.objects.visible_to(by).filter(created_at__gte=first)
    return rows.filter(undone_at__isnull=True).count(), rows.filter(undone_at__isnull=False).count()
