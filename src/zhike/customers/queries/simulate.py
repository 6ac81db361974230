"""What a draft of a grading standard would change today; reads only (SEG-030)."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.customers.queries.facts import Among, facts_of, facts_sql
from zhike.customers.queries.grades import FIVE_TIERS
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.registry import registry
from zhike.kernel.simulation import Move, Progress, Simulation, Simulator, simulators

MOVERS_SHOWN = 50
STEP = 50_000
"""Ids of customers between two reports of progress."""
Largest = list[tuple[Any, int, str, str]]


def simulate(
    scheme: str, params: Any, on: dt.date, by: Actor, progress: Progress | None = None
) -> Simulation:
    """Return who would move if ``params`` were in force on the day, among what the reader sees.

    Compared is the grade held now (a manual adjustment in force keeps it) with what the draft
    gives; a customer who would enter the grace of a downgrade counts as moving down. With
    ``progress`` everybody is gone through in parts, else in one statement.
    """
    started = time.perf_counter()
    policy: Any = registry.policies[scheme]
    __, current = in_force(scheme, on)
    codes = params.codes()
    pairs: Counter[tuple[str, str]] = Counter()
    largest: Largest = []
    for bounds in _parts(progress):
        found, movers = _outcomes(policy, params, scheme, on, by, bounds)
        pairs.update(found)
        largest = sorted([*largest, *movers], key=lambda m: (-m[0], m[1]))[:MOVERS_SHOWN]
    before, after, up, down = _counts(pairs, codes)
    return Simulation(
        counts_now={code: before[code] for code in dict.fromkeys([*codes, *before])},
        counts_then={code: after[code] for code in codes},
        moved_up=up,
        moved_down=down,
        unchanged=sum(after.values()) - up - down,
        movers=_movers(largest, policy, params, on, by),
        notes=entitlement_changes(current, params),
        seconds=round(time.perf_counter() - started, 3),
    )


def _parts(progress: Progress | None) -> Iterator[tuple[int, int] | None]:
    """Yield ranges of ids, telling after each how many customers are done; or None for all."""
    if progress is None:
        yield None
        return
    rows = Customer.unscoped.filter(archived_at__isnull=True).order_by()
    ends = rows.aggregate(low=Min("pk"), high=Max("pk"), total=Count("pk"))
    low, high, total = ends["low"] or 0, ends["high"] or -1, ends["total"]
    done = 0
    progress(done, total)
    for start in range(low, high + 1, STEP):
        end = start + STEP - 1
        yield start, end
        done += rows.filter(pk__range=(start, end)).count()
        progress(min(done, total), total)


def _outcomes(
    policy: Any, params: Any, scheme: str, on: dt.date, by: Actor, bounds: tuple[int, int] | None
) -> tuple[dict[tuple[str, str], int], Largest]:
    """Return how many have each (grade now, grade then), and the largest movers; one statement.

    A mover is (spend, customer id, now, then). The facts are gathered once for both answers.
    """
    among = Among.RANGE if bounds else Among.ALL
    low, high = bounds or (0, 0)
    visible, values = _visible(by)
    values |= {"on": on, "scheme": scheme, "low": low, "high": high}
    sql = f"""
        WITH o AS MATERIALIZED (
            SELECT f.customer_id, f.annual_spend, COALESCE(a.grade, d.ruled) AS was,
                   CASE WHEN a.origin = 'override' AND a.expires_on >= %(on)s::date THEN a.grade
                        ELSE d.ruled END AS becomes
              FROM ({facts_sql(among)}) f
              CROSS JOIN LATERAL (SELECT {policy.sql(params)} AS ruled) d
              LEFT JOIN customers_gradeassessment a ON a.customer_id = f.customer_id
                   AND a.scheme = %(scheme)s AND a.valid_to IS NULL {visible})
        SELECT count(*), NULL, was, becomes FROM o GROUP BY was, becomes
         UNION ALL
        (SELECT annual_spend, customer_id, was, becomes FROM o WHERE was <> becomes
          ORDER BY annual_spend DESC, customer_id LIMIT {MOVERS_SHOWN})"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    pairs = {(was, then): int(number) for number, pk, was, then in rows if pk is None}
    return pairs, [row for row in rows if row[1] is not None]


def _visible(by: Actor) -> tuple[str, dict[str, Any]]:
    """Return the condition that keeps to the reader's customers, and its parameters."""
    if sees_all(Customer, by):
        return "", {}
    rows = Customer.objects.visible_to(by).order_by().values("pk")
    sql, bound = rows.query.sql_with_params()
    values = {f"scope{number}": value for number, value in enumerate(bound)}
    named = sql % tuple(f"%(scope{number})s" for number in range(len(bound)))
    return f"WHERE f.customer_id IN ({named})", values


def _counts(
    pairs: Counter[tuple[str, str]], codes: list[str]
) -> tuple[Counter[str], Counter[str], int, int]:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    up = down = 0
    place = {code: i for i, code in enumerate(codes)}
    for (was, becomes), number in pairs.items():
        before[was] += number
        after[becomes] += number
        up += number if place[becomes] < place.get(was, len(place)) else 0
        down += number if place[becomes] > place.get(was, len(place)) else 0
    return before, after, up, down


def _movers(largest: Largest, policy: Any, params: Any, on: dt.date, by: Actor) -> list[Move]:
    """Name the largest movers and say why; the facts are read again for these alone."""
    ids = [pk for __, pk, __, __ in largest]
    names = dict(Customer.unscoped.filter(pk__in=ids).values_list("pk", "name"))
    facts = facts_of(ids, on)
    hidden = by.field_access(Customer.key(), "annual_spend") == "hidden"
    return [
        Move(
            resource=Customer.key(),
            id=pk,
            title=names.get(pk, ""),
            before=was,
            after=becomes,
            reasons=[] if hidden else _reasons(policy, params, facts.get(pk, {}), was, becomes),
        )
        for __, pk, was, becomes in largest
    ]


def _reasons(policy: Any, params: Any, facts: dict[str, Any], was: str, becomes: str) -> list[str]:
    """Return what tells most about a move: what he lacks of the tier he leaves, or has of the new."""
    codes = params.codes()
    falls = was in codes and codes.index(becomes) > codes.index(was)
    lines = policy.decide(policy.Facts(**facts), params).reasons
    telling = [line for line in lines if line.holds != falls] or list(lines)
    tier = params.label(was if falls else becomes)
    telling = [line for line in telling if line.args.get("tier") == tier] or telling
    return [
        f"{sentence(line)}（{line.value}）" if line.value else sentence(line) for line in telling
    ][:3]


def entitlement_changes(old: Any, new: Any) -> list[str]:
    """Return one sentence for each entitlement that differs between two versions."""
    found = []
    before = old.entitlements()
    for code, now in new.entitlements().items():
        label, was = new.label(code), before.get(code)
        if was is None:
            found.append(
                _("新增级别“%(tier)s”：%(service)s") % {"tier": label, "service": now.service}
            )
            continue
        for name, title in _titles().items():
            one, two = getattr(was, name), getattr(now, name)
            if one != two:
                words = {"tier": label, "title": title, "old": _plain(one), "new": _plain(two)}
                found.append(_("%(tier)s · %(title)s：%(old)s → %(new)s") % words)
    gone = [old.label(code) for code in before if code not in new.entitlements()]
    return found + [_("取消级别“%(tier)s”") % {"tier": label} for label in gone]


def _titles() -> dict[str, str]:
    return {
        "service": _("服务标准"),
        "response_minutes": _("响应时限（分钟）"),
        "contact_days": _("回访间隔（天）"),
        "discount": _("折扣（%）"),
        "named_contact": _("专属联系人"),
    }


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("有") if value else _("无")
    return "—" if value is None else str(value)


def _simulator(scheme: str) -> Simulator:
    def simulator(
        params: Any, on: dt.date, by: Actor, progress: Progress | None = None
    ) -> Simulation:
        return simulate(scheme, params, on, by, progress)

    return simulator


simulators.update(
    {one: _simulator(one) for one in (FIVE_TIERS, "customers.abc_grade", "customers.custom_grade")}
)
