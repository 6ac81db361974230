"""Coming occasions of care: one statement gathers the facts, the rule decides each (LOY-011…013)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zhike.chinese.almanac import FESTIVALS, festivals_between, kept_between
from zhike.customers.models import Customer
from zhike.interactions.queries import contacts_lately
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.policies import Decision, Reason
from zhike.kernel.policy_store import in_force, sentence
from zhike.loyalty.models import CareItem, ImportantDate
from zhike.loyalty.policies import CareFacts, CareParams, CareRule, OccasionRule

MOST = 1_000  # of a page; whoever sees more narrows the time
# Each part gives key, kind, name, since, day, customer, person. Keys of yearly dates meet the days
# of the window in ``kept``; the calendar is computed once, not once for each person.
OCCASIONS = """
WITH kept(day, key) AS (SELECT * FROM unnest(%(days)s::date[], %(keys)s::text[])),
feast(day, code) AS (SELECT * FROM unnest(%(feast_days)s::date[], %(feast_codes)s::text[])),
rule(kind, grade) AS (SELECT * FROM unnest(%(rule_kinds)s::text[], %(rule_grades)s::text[])),
found AS (
    SELECT 'solar:' || p.id || ':' || k.day AS key, 'birthday' AS kind, '' AS name,
           NULL::date AS since, k.day, p.customer_id, p.id AS person_id
      FROM customers_person p JOIN kept k ON k.key = to_char(p.birthday, 'MM-DD')
     WHERE p.archived_at IS NULL AND (%(birthdays)s <> 'lunar' OR coalesce(p.lunar_birthday, '') = '')
    UNION ALL
    SELECT 'lunar:' || p.id || ':' || k.day, 'birthday', p.lunar_birthday, NULL, k.day,
           p.customer_id, p.id
      FROM customers_person p JOIN kept k ON k.key = p.lunar_birthday
     WHERE p.archived_at IS NULL AND (%(birthdays)s <> 'solar' OR p.birthday IS NULL)
    UNION ALL
    SELECT 'date:' || d.id || ':' || k.day,
           CASE d.kind WHEN 'founding' THEN 'founding' ELSE 'important' END, d.title, d.solar_on,
           k.day, d.customer_id, d.person_id
      FROM loyalty_importantdate d
      JOIN kept k ON k.key = coalesce(d.lunar_on, to_char(d.solar_on, 'MM-DD'))
     WHERE d.archived_at IS NULL
       AND (d.solar_on IS NULL OR k.day >= d.solar_on)
       AND (d.yearly OR k.day = d.solar_on)
    UNION ALL
    SELECT 'since:' || c.id || ':' || k.day, 'anniversary', '', c.since, k.day, c.id, NULL
      FROM customers_customer c JOIN kept k ON k.key = to_char(c.since, 'MM-DD')
     WHERE c.since < k.day
    UNION ALL
    SELECT 'feast:' || c.id || ':' || f.day, 'festival', f.code, NULL, f.day, c.id, NULL
      FROM customers_customer c JOIN rule r ON r.kind = 'festival' AND r.grade = c.grade
     CROSS JOIN feast f)
SELECT f.key, f.kind, f.name, f.since, f.day, c.id, c.name, c.short_name, c.grade, c.lifecycle,
       p.id, p.name, p.salutation, c.owner_id, c.unit_id, i.status, i.id
  FROM found f
  JOIN customers_customer c ON c.id = f.customer_id AND c.archived_at IS NULL
  LEFT JOIN customers_person p ON p.id = coalesce(f.person_id, c.primary_contact_id)
       AND p.archived_at IS NULL
  LEFT JOIN loyalty_careitem i ON i.occasion_key = f.key
 WHERE f.kind = ANY(%(kinds)s::text[]) AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[]))
 ORDER BY f.day, c.id, f.key LIMIT %(limit)s::int
"""
CONSENTS = """
SELECT DISTINCT ON (person_id, channel) person_id, channel, state, decided_on, id
  FROM loyalty_consent
 WHERE purpose = 'care' AND archived_at IS NULL AND decided_on <= %(on)s
   AND person_id = ANY(%(people)s::bigint[])
 ORDER BY person_id, channel, decided_on DESC, id DESC
"""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One coming occasion with the rule's decision.

    Attributes:
        key: names it for good; status: of the care that was made of it, "" = none yet;
        remind_on: the day its to-do appears; reasons: all that was looked at.
    """

    key: str
    kind: str
    name: str
    day: dt.date
    remind_on: dt.date
    channel: str
    customer_id: int
    customer: str
    grade: str
    person_id: int | None
    person: str
    owner_id: int | None
    unit_id: int | None
    message: str
    outcome: str
    reasons: tuple[Reason, ...]
    facts: CareFacts
    status: str = ""
    item_id: int | None = None

    @property
    def against(self) -> list[str]:
        """Return in words what stands against it."""
        return [sentence(one) for one in self.reasons if not one.holds]


def coming(
    on: dt.date,
    until: dt.date,
    params: CareParams,
    only: Sequence[int] | None = None,
    limit: int | None = None,
) -> list[Occasion]:
    """Return every occasion from a day to another, both inclusive, decided one after the other.

    An occasion that is cared for counts for the gap and the yearly number of those after it.

    Args:
        only: customers; None = all; limit: the earliest so many, None = all.
    """
    rows = _rows(on, until, params, only, limit)
    people = sorted({row[10] for row in rows if row[10]})
    contacts = contacts_lately(sorted({row[5] for row in rows}), on, params.ceiling_days)
    consents, cared = _consents(people, on), _cared(people, on, until, params)
    policy, found = CareRule(), []
    for row in rows:
        rule = params.rule_of(row[1]) or OccasionRule(kind=row[1])
        days = cared[row[10]] if row[10] and not row[15] else []
        facts = CareFacts(
            kind=row[1], grade=row[8], lifecycle=row[9], has_person=row[10] is not None,
            consent=consents.get((row[10], rule.channel), "") if row[10] else "",
            gap=min((abs((row[4] - day).days) for day in days), default=None),
            this_year=sum(day.year == row[4].year for day in days),
            contacts=contacts.get(row[5], 0),
        )  # fmt: skip
        decision = policy.decide(facts, params)
        if decision.outcome == "care" and row[10] and not row[15]:
            cared[row[10]].append(row[4])
        found.append(_occasion(row, rule, facts, decision, params))
    return found


def _rows(
    on: dt.date, until: dt.date, params: CareParams, only: Sequence[int] | None, limit: int | None
) -> list[tuple[Any, ...]]:
    kept = list(kept_between(on, until, params.keeping))
    feasts = [one for one in festivals_between(on, until) if one[1] in params.festivals]
    rules = [(one.kind, grade) for one in params.occasions for grade in one.grades]
    values: dict[str, Any] = {
        "days": [day for day, _key in kept], "keys": [key for _day, key in kept],
        "feast_days": [day for day, _c in feasts], "feast_codes": [code for _d, code in feasts],
        "rule_kinds": [kind for kind, _g in rules], "rule_grades": [grade for _k, grade in rules],
        "kinds": [one.kind for one in params.occasions],
        "birthdays": params.birthday_calendar, "only": list(only) if only is not None else None,
        "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OCCASIONS, values)
        return list(cursor.fetchall())


def _consents(people: Sequence[int], on: dt.date) -> dict[tuple[int, str], str]:
    """Return (person, channel) -> the latest decision, one for all channels counting for each."""
    latest: dict[tuple[int, str], tuple[dt.date, int, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CONSENTS, {"people": list(people), "on": on})
        for person, channel, state, decided, pk in cursor.fetchall():
            channels = ("wecom", "call", "sms", "mail", "visit") if channel == "any" else (channel,)
            for one in channels:
                entry = (decided, pk, state)
                latest[(person, one)] = max(latest.get((person, one), entry), entry)
    return {key: entry[2] for key, entry in latest.items()}


def _cared(
    people: Sequence[int], on: dt.date, until: dt.date, params: CareParams
) -> defaultdict[int, list[dt.date]]:
    """Return person -> days of cares that are made or planned and may matter in the window."""
    first = min(dt.date(on.year, 1, 1), on - dt.timedelta(days=params.gap_days))
    last = until + dt.timedelta(days=params.gap_days)
    rows = CareItem.unscoped.filter(
        person_id__in=people, occurs_on__gte=first, occurs_on__lte=last,
        archived_at__isnull=True,
    ).exclude(status=CareItem.Status.SKIPPED)  # fmt: skip
    found: defaultdict[int, list[dt.date]] = defaultdict(list)
    for person, day in rows.values_list("person_id", "occurs_on"):
        found[person].append(day)
    return found


def _occasion(
    row: tuple[Any, ...], rule: OccasionRule, facts: CareFacts, decision: Decision,
    params: CareParams,
) -> Occasion:  # fmt: skip
    key, kind, name, since, day, customer_id, full, short, grade = row[:9]
    title = title_of(kind, name, since, day)
    words = {
        "name": row[11] or "", "salutation": row[12] or row[11] or _("您"), "occasion": title,
        "company": short or full, "years": day.year - since.year if since else 0,
    }  # fmt: skip
    greeting = params.greetings.get(kind, "")
    return Occasion(
        key, kind, title, day, day - dt.timedelta(days=rule.days_before), rule.channel,
        customer_id, short or full, grade, row[10], row[11] or "", row[13], row[14],
        _(greeting).format(**words) if greeting else "", decision.outcome,
        tuple(decision.reasons), facts, row[15] or "", row[16],
    )  # fmt: skip


def title_of(kind: str, name: str, since: dt.date | None, day: dt.date) -> str:
    """Return an occasion in words."""
    if kind == "birthday":
        lunar: Any = ImportantDate._meta.get_field("lunar_on")
        return _("农历生日（%s）") % lunar.display(name) if name else _("生日")
    if kind == "festival":
        return _(FESTIVALS[name])
    if kind == "anniversary":
        return _("合作 %s 周年") % (day.year - since.year if since else 0)
    return name


def coming_for(by: Actor, on: dt.date, days: int, *, limit: int = MOST) -> list[Occasion]:
    """Return the occasions of the reader's customers in the coming days, the earliest first."""
    _version, params = in_force(CareRule.id, on)
    until = on + dt.timedelta(days=days)
    if sees_all(Customer, by):
        return coming(on, until, params, limit=limit)
    mine = Customer.objects.visible_to(by).order_by().values_list("pk", flat=True)
    return coming(on, until, params, only=list(mine), limit=limit)


def of_customer(customer_id: int, on: dt.date, days: int = 90) -> list[Occasion]:
    """Return one customer's coming occasions."""
    _version, params = in_force(CareRule.id, on)
    return coming(on, on + dt.timedelta(days=days), params, only=[customer_id])
