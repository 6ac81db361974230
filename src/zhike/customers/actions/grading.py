"""Grading of everybody, or of some: the standard as one expression, written set by set.

A first statement finds the candidates: it goes over everybody by covering indexes in the order of
the customers' ids, and names only the facts that the standard asks for. A second one decides about
the candidates alone, with all facts; nobody else is touched. What happens to a customer is a *step*:

* ``first``  the first assessment;
* ``rule``   the grade by rule replaces what was held: a rise, the end of a grace or of a manual
  adjustment, or a fall where the standard gives no grace;
* ``grace``  the figures no longer carry the grade: it is kept for ``grace_days`` (SEG-032);
* ``note``   a manual adjustment or a grace goes on, only the ruled grade beneath it changed.
"""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.actions.notices import write_notices
from zhike.customers.events import DowngradePlanned, GradeChanged, GradingFinished
from zhike.customers.models import Customer, GradeAssessment, GradingRun
from zhike.customers.queries.facts import FACTS, Among, facts_sql
from zhike.customers.queries.grades import FIVE_TIERS
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.kernel.quiet import quietly
from zhike.kernel.registry import registry

FEW = 100_000
"""So many candidates at most are read one by one; more are read with everybody, in one pass."""
GRADE_COLUMN = {FIVE_TIERS: "grade", "customers.abc_grade": "abc_grade"}


def run_grading(on: dt.date, by: Actor, *, scheme: str = FIVE_TIERS) -> GradingRun:
    """Grade every customer under the standard in force on the day and keep the run (SEG-029).

    Raises:
        Forbidden: the actor may not start gradings. Invalid: the day lies in the future, or the
            scheme is not a grading standard.
    """
    authorise(by, GradingRun.key(), "create")
    started = time.perf_counter()
    with recorded(by, "customers.run_grading"):
        assessed, moved_up, moved_down, version = _grade(on, by, scheme, None)
        run = GradingRun(
            scheme=scheme,
            policy_version=version,
            on=on,
            assessed=assessed,
            moved_up=moved_up,
            moved_down=moved_down,
            seconds=round(time.perf_counter() - started, 3),
        )
        store(run, by=by)
        emit(GradingFinished(scheme, on.isoformat(), run.pk, moved_up, moved_down), by=by)
    return run


def regrade(
    customer_ids: Sequence[int], *, on: dt.date, by: Actor, scheme: str = FIVE_TIERS
) -> None:
    """Grade some customers again, as ``run_grading`` does for all; for reactions to their orders."""
    if not customer_ids:
        return
    with recorded(by, "customers.regrade"):
        __, up, down, __ = _grade(on, by, scheme, customer_ids)
        if up or down:
            emit(GradingFinished(scheme, on.isoformat(), 0, up, down), by=by)


def active_schemes(on: dt.date) -> list[str]:
    """Return the standards that run: the two that ship, and the own one once it is in force."""
    schemes = list(GRADE_COLUMN)
    own = "customers.custom_grade"
    return [*schemes, own] if in_force(own, on)[0] else schemes


def _grade(on: dt.date, by: Actor, scheme: str, ids: Sequence[int] | None) -> Any:
    """Return how many were assessed, rose and fell, and the version that was applied."""
    policy: Any = registry.policies.get(scheme)
    if policy is None or not hasattr(policy, "sql"):
        raise Invalid(fields={"scheme": [_("没有这个分级办法。")]})
    if on > timezone.localdate():
        raise Invalid(fields={"on": [_("评定日不能晚于今天。")]})
    version, params = in_force(scheme, on)
    values = {
        "on": on,
        "ids": list(ids or ()),
        "scheme": scheme,
        "codes": params.codes(),
        "grace": params.grace_days,
        "version": version.pk if version else None,
        "user": by.user_id,
        "now": timezone.now(),
        "request": by.request_id,
        "notify": params.notify_customer,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%(scheme)s))", values)
        assessed, changed = _gather(cursor, policy.sql(params), scheme, values)
        with quietly(GradeAssessment):
            for statement in (_NOTE, _CLOSE, _OPEN):
                cursor.execute(statement, values)
        if scheme == FIVE_TIERS:
            with quietly(Customer):
                cursor.execute(_SPEND, values)
        if scheme in GRADE_COLUMN:
            cursor.execute(_GRADE.format(column=GRADE_COLUMN[scheme]), values)
        _events(cursor, values)
        cursor.execute(_MOVES, values)
        up, down = cursor.fetchone() or (0, 0)
        write_notices(cursor, params, values, by)
        cursor.execute("DROP TABLE zk_grading")
        if changed > FEW:
            cursor.execute("ANALYZE customers_gradeassessment, customers_customer")
    return assessed, up, down, version


def _gather(cursor: Any, outcome: str, scheme: str, values: dict[str, Any]) -> tuple[int, int]:
    """Fill ``zk_grading`` with those for whom something changes; return how many were read, and are.

    The candidates of a run over everybody are decided again with their facts, in one statement, so
    that what is kept as evidence is what was decided on, whatever was committed in between.
    """
    ids: list[int] | None = values["ids"] or None
    assessed = len(ids or ())
    if ids is None:
        # The indexes give everything in the order of the ids: merge it, in one process. Workers
        # would each sum all orders, and hashing a million sums costs more than it saves.
        cursor.execute(
            "SELECT set_config('max_parallel_workers_per_gather', '0', true),"
            " set_config('enable_hashjoin', 'off', true)"
        )
        cursor.execute(_candidates(outcome, scheme), values)
        assessed, ids = cursor.fetchone() or (0, None)
        cursor.execute("SET LOCAL enable_hashjoin TO DEFAULT")
    among = Among.ALL if ids is None else Among.IDS
    cursor.execute(_changed(outcome, scheme, among), {**values, "ids": ids})
    changed = cursor.rowcount
    if changed > FEW:
        cursor.execute("ANALYZE zk_grading")
    return assessed, changed


def _candidates(outcome: str, scheme: str) -> str:
    """Return the statement that counts all and finds whom a run changes, NULL if over ``FEW``."""
    return f"""
        SELECT assessed, CASE WHEN COALESCE(cardinality(ids), 0) <= {FEW}
               THEN COALESCE(ids, '{{}}') END
          FROM (SELECT count(*) AS assessed,
                       array_agg(f.customer_id) FILTER (WHERE {_changes(scheme)}) AS ids
                  {_decided(outcome, Among.ALL)}) found"""  # noqa: S608


def _changed(outcome: str, scheme: str, among: Among) -> str:
    """Return the statement that gathers the customers for whom something changes."""
    facts = ", ".join(f"f.{name}" for name in FACTS)
    stored = f"f.stored_{GRADE_COLUMN[scheme]}" if scheme in GRADE_COLUMN else "NULL::text"
    return f"""
        CREATE TEMP TABLE zk_grading ON COMMIT DROP AS
        SELECT f.customer_id, f.owner_id, f.name, {stored} AS stored, f.stored_spend, {facts},
               d.ruled, a.id AS assessment_id, a.grade AS held, e.step,
               CASE WHEN e.step IN ('first', 'rule') THEN d.ruled
                    ELSE COALESCE(a.grade, d.ruled) END AS becomes
               {_decided(outcome, among)}
         WHERE {_changes(scheme)}"""


def _changes(scheme: str) -> str:
    """Return the condition under which something changes for a customer."""
    spend = "OR f.annual_spend <> f.stored_spend" if scheme == FIVE_TIERS else ""
    return f"""((a.valid_from IS NULL OR a.valid_from <= %(on)s::date)
               AND (e.step IS NOT NULL {spend}))"""


def _decided(outcome: str, among: Among) -> str:
    """Return the source of facts ``f``, outcome ``d``, what is held ``a`` and the step ``e``."""
    return f"""
          FROM ({facts_sql(among)}) f
          CROSS JOIN LATERAL (SELECT {outcome} AS ruled) d
          LEFT JOIN customers_gradeassessment a ON a.customer_id = f.customer_id
               AND a.scheme = %(scheme)s AND a.valid_to IS NULL
          CROSS JOIN LATERAL (SELECT {_STEP} AS step) e"""


_PLACE = "COALESCE(array_position(%(codes)s::text[], {}::text), 999)"
_STEP = f"""
    CASE WHEN a.id IS NULL THEN 'first'
         WHEN a.origin = 'rule' AND a.grade = d.ruled THEN NULL
         WHEN a.origin = 'override' AND a.expires_on >= %(on)s::date
              THEN CASE WHEN a.ruled_grade <> d.ruled THEN 'note' END
         WHEN a.origin = 'override' THEN 'rule'
         WHEN a.grade = d.ruled THEN 'rule'
         WHEN {_PLACE.format("d.ruled")} < {_PLACE.format("a.grade")} THEN 'rule'
         WHEN a.origin = 'grace' AND a.expires_on < %(on)s::date THEN 'rule'
         WHEN a.origin = 'grace' THEN CASE WHEN a.ruled_grade <> d.ruled THEN 'note' END
         WHEN %(grace)s > 0 AND array_position(%(codes)s::text[], a.grade::text) IS NOT NULL
              THEN 'grace'
         ELSE 'rule' END"""
_AUTHORED = "version = version + 1, updated_at = %(now)s, updated_by_id = %(user)s"
_NOTE = f"""
    UPDATE customers_gradeassessment a SET ruled_grade = z.ruled, {_AUTHORED}
      FROM zk_grading z WHERE z.step = 'note' AND a.id = z.assessment_id"""  # noqa: S608
_CLOSE = f"""
    UPDATE customers_gradeassessment a SET valid_to = %(on)s, {_AUTHORED}
      FROM zk_grading z
     WHERE z.step IN ('rule', 'grace') AND a.id = z.assessment_id"""  # noqa: S608
_FACTS_JSON = ", ".join(f"'{name}', {name}" for name in FACTS)
_OPEN = f"""
    INSERT INTO customers_gradeassessment (version, extra, created_at, updated_at, created_by_id,
           updated_by_id, customer_id, scheme, grade, ruled_grade, origin, policy_version_id, facts,
           valid_from, expires_on, reason)
    SELECT 1, '{{}}', %(now)s, %(now)s, %(user)s, %(user)s, customer_id, %(scheme)s, becomes, ruled,
           CASE step WHEN 'grace' THEN 'grace' ELSE 'rule' END, %(version)s,
           jsonb_build_object({_FACTS_JSON}), %(on)s,
           CASE step WHEN 'grace' THEN %(on)s::date + %(grace)s::int END, ''
      FROM zk_grading WHERE step IN ('first', 'rule', 'grace')"""  # noqa: S608
_SPEND = """
    UPDATE customers_customer c SET annual_spend = z.annual_spend FROM zk_grading z
     WHERE c.id = z.customer_id AND z.annual_spend <> z.stored_spend"""
_GRADE = """
    UPDATE customers_customer c SET {column} = z.becomes, version = c.version + 1,
           updated_at = %(now)s, updated_by_id = %(user)s
      FROM zk_grading z WHERE c.id = z.customer_id AND c.{column} <> z.becomes"""
# A first assessment moves a customer only where another grade stood on it before.
_WAS = "COALESCE(held, NULLIF(stored, ''))"
_EVENT = """
    INSERT INTO kernel_eventrow (name, payload, subject, subject_id, occurred_at, actor_id,
           request_id)
    SELECT '{name}', jsonb_build_object({payload}), 'customers.customer', customer_id, %(now)s,
           %(user)s, %(request)s
      FROM zk_grading WHERE {where}"""
_GRADE_CHANGED = _EVENT.format(
    name=GradeChanged.name,
    payload="'customer_id', customer_id, 'scheme', %(scheme)s::text, 'old', "
    + _WAS
    + ", 'new', becomes, 'origin', 'rule', 'on', %(on)s::date",
    where=f"becomes <> {_WAS}",
)
_PLANNED = _EVENT.format(
    name=DowngradePlanned.name,
    payload="'customer_id', customer_id, 'scheme', %(scheme)s::text, 'held', held, 'ruled', ruled,"
    " 'expires_on', %(on)s::date + %(grace)s::int, 'notify_customer', %(notify)s::boolean",
    where="step = 'grace'",
)
_MOVES = f"""
    SELECT count(*) FILTER (WHERE {_PLACE.format("becomes")} < {_PLACE.format(_WAS)}),
           count(*) FILTER (WHERE {_PLACE.format("becomes")} > {_PLACE.format(_WAS)})
      FROM zk_grading WHERE {_WAS} IS NOT NULL"""  # noqa: S608


def _events(cursor: Any, values: dict[str, Any]) -> None:
    """Write the timeline lines of all movers; nobody reacts to each (see ``GradeChanged``)."""
    cursor.execute(_GRADE_CHANGED, values)
    cursor.execute(_PLANNED, values)
