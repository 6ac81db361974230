"""The page of the pool: what a reader may see of it, filtered without betraying hidden fields."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.kinds.region import Region
from zhike.pool.models import Pool, PoolEntry
from zhike.pool.queries.pools import LISTED, PooledLine, lines, my_pools, open_entries

PAGE = 50
ENTERED = {"1": 1, "7": 7, "30": 30, "90": 90}  # "entered within so many days"
FIELDS = {"grade": "grade", "region": "region", "industry": "industry", "q": "name"}


@dataclass(frozen=True)
class Browse:
    """One page of pooled customers with what the filters offer."""

    pools: list[tuple[Pool, int]]
    lines: list[PooledLine]
    total: int
    page: int
    pages: int
    regions: list[tuple[str, str]] = field(default_factory=list)
    industries: list[str] = field(default_factory=list)


def browse(by: Actor, asked: Mapping[str, str]) -> Browse:
    """Return the page of open entries that ``asked`` names: pool, grade, region, industry, q, entered.

    A filter on a field takes no account of the pools that hide it: the answer would tell it.
    """
    everything = open_entries(by)
    counts = dict(everything.order_by().values_list("pool_id").annotate(n=Count("pk")))
    pools = [(pool, counts.get(pool.pk, 0)) for pool in my_pools(by)]
    rows = everything
    if asked.get("pool", "").isdigit():
        rows = rows.filter(pool_id=int(asked["pool"][:9]))
    regions, industries = _choices(rows)
    rows = _filtered(rows, asked)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(int(asked["page"][:6]) if asked.get("page", "").isdigit() else 1, 1), pages)
    start = (number - 1) * PAGE
    shown = lines(rows.order_by("-entered_at", "-pk")[start : start + PAGE], by, LISTED)
    return Browse(pools, shown, total, number, pages, regions, industries)


def _filtered(rows: "QuerySet[PoolEntry]", asked: Mapping[str, str]) -> "QuerySet[PoolEntry]":
    for name, column in FIELDS.items():
        value = asked.get(name, "").strip()[:60]
        if not value:
            continue
        rows = rows.exclude(pool__hidden_fields__contains=[column])
        if name == "q":
            rows = rows.filter(customer__name__icontains=value)
        elif name == "region":
            rows = rows.filter(customer__region__startswith=value[:2])
        else:
            rows = rows.filter(**{f"customer__{column}": value})
    days = ENTERED.get(asked.get("entered", ""))
    if days:
        rows = rows.filter(entered_at__gte=timezone.now() - dt.timedelta(days=days))
    return rows


def _choices(rows: "QuerySet[PoolEntry]") -> tuple[list[tuple[str, str]], list[str]]:
    """Return provinces and industries that occur where they are shown."""
    found = rows.exclude(pool__hidden_fields__contains=["region"]).order_by()
    codes = {
        code[:2] for code in found.values_list("customer__region", flat=True).distinct() if code
    }
    kind = Region()
    regions = sorted((f"{code}0000", kind.display(f"{code}0000")) for code in codes)
    found = rows.exclude(pool__hidden_fields__contains=["industry"]).order_by()
    names = found.values_list("customer__industry", flat=True).distinct()
    return regions, sorted(name for name in names if name)
