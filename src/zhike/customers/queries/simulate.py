"""What a draft of a grading standard would change today; reads only (SEG-030)."""

import datetime as dt
import time
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.customers.queries.facts import FACTS, facts_sql
from zhike.customers.queries.grades import FIVE_TIERS
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.registry import registry
from zhike.kernel.simulation import Move, Simulation, Simulator, simulators

MOVERS_SHOWN = 50


def simulate(scheme: str, params: Any, on: dt.date, by: Actor) -> Simulation:
    """Return who would move if ``params`` were in force on the day, among what the reader sees.

    Compared is the grade held now (a manual adjustment in force keeps it) with what the draft
    gives; a customer who would enter the grace of a downgrade counts as moving down.
    """
    started = time.perf_counter()
    policy: Any = registry.policies[scheme]
    __, current = in_force(scheme, on)
    codes = params.codes()
    before, after, up, down = _counts(policy, params, scheme, on, by)
    return Simulation(
        counts_now={code: before.get(code, 0) for code in dict.fromkeys([*codes, *before])},
        counts_then={code: after.get(code, 0) for code in codes},
        moved_up=up,
        moved_down=down,
        unchanged=sum(after.values()) - up - down,
        movers=_movers(policy, params, scheme, on, by),
        notes=entitlement_changes(current, params),
        seconds=round(time.perf_counter() - started, 3),
    )


def _outcomes(
    policy: Any, params: Any, scheme: str, on: dt.date, by: Actor
) -> tuple[str, dict[str, Any]]:
    """Return SQL of every visible customer with ``was`` and ``becomes``, and its parameters."""
    visible, values = "", {"on": on, "scheme": scheme, "codes": params.codes()}
    rows = Customer.objects.visible_to(by).order_by().values("pk")
    sql, bound = rows.query.sql_with_params()
    if not by.breadth(Customer.key(), "view").everything:
        for number, value in enumerate(bound):
            values[f"scope{number}"] = value
        named = sql % tuple(f"%(scope{number})s" for number in range(len(bound)))
        visible = f"WHERE f.customer_id IN ({named})"
    facts = ", ".join(f"f.{name}" for name in FACTS)
    return (
        f"""SELECT f.customer_id, f.name, {facts},
                   COALESCE(a.grade, d.ruled) AS was,
                   CASE WHEN a.origin = 'override' AND a.expires_on >= %(on)s::date THEN a.grade
                        ELSE d.ruled END AS becomes
              FROM ({facts_sql(limited=False)}) f
              CROSS JOIN LATERAL (SELECT {policy.sql(params)} AS ruled) d
              LEFT JOIN customers_gradeassessment a ON a.customer_id = f.customer_id
                   AND a.scheme = %(scheme)s AND a.valid_to IS NULL {visible}""",  # noqa: S608
        values,
    )


def _counts(
    policy: Any, params: Any, scheme: str, on: dt.date, by: Actor
) -> tuple[dict[str, int], dict[str, int], int, int]:
    sql, values = _outcomes(policy, params, scheme, on, by)
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    up = down = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT was, becomes, count(*) FROM ({sql}) o GROUP BY 1, 2", values)  # noqa: S608
        pairs = cursor.fetchall()
    place = {code: i for i, code in enumerate(params.codes())}
    for was, becomes, number in pairs:
        before[was] = before.get(was, 0) + number
        after[becomes] = after.get(becomes, 0) + number
        up += number if place[becomes] < place.get(was, len(place)) else 0
        down += number if place[becomes] > place.get(was, len(place)) else 0
    return before, after, up, down


def _movers(policy: Any, params: Any, scheme: str, on: dt.date, by: Actor) -> list[Move]:
    sql, values = _outcomes(policy, params, scheme, on, by)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({sql}) o WHERE was <> becomes"  # noqa: S608
            f" ORDER BY annual_spend DESC, customer_id LIMIT {MOVERS_SHOWN}",
            values,
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    hidden = by.field_access(Customer.key(), "annual_spend") == "hidden"
    return [_mover(row, policy, params, hidden=hidden) for row in rows]


def _mover(row: dict[str, Any], policy: Any, params: Any, *, hidden: bool) -> Move:
    facts = policy.Facts(**{name: row[name] for name in FACTS})
    codes = params.codes()
    falls = row["was"] in codes and codes.index(row["becomes"]) > codes.index(row["was"])
    lines = policy.decide(facts, params).reasons
    telling = [line for line in lines if line.holds != falls] or list(lines)
    words = [
        f"{sentence(line)}（{line.value}）" if line.value else sentence(line) for line in telling
    ]
    return Move(
        resource=Customer.key(),
        id=row["customer_id"],
        title=row["name"],
        before=row["was"],
        after=row["becomes"],
        reasons=[] if hidden else words[:3],
    )


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
    return lambda params, on, by: simulate(scheme, params, on, by)


simulators.update(
    {one: _simulator(one) for one in (FIVE_TIERS, "customers.abc_grade", "customers.custom_grade")}
)
