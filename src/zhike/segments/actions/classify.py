"""Classification of everybody: the facts gathered once, every scheme decided in SQL, set by set.

Only customers whose class changes are written: the class they held is closed on the day, the new
one begins on it. A second run on the same day changes the day's rows in place.
"""

import datetime as dt
import time
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.identity.queries import holders
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.kernel.quiet import quietly
from zhike.kernel.registry import registry
from zhike.segments.events import ClassChanged, ClassesAssigned, MixDeviated
from zhike.segments.models import ClassFigure, ClassMembership, ClassRun
from zhike.segments.policies import LifecycleModel
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.facts import bound, facts_sql
from zhike.segments.queries.mix import deviations

# ruff: noqa: S608  (the statements are put together from constants and checked parameters only)
MANY = 10_000  # rows after which the planner's picture of the table is out of date


def run_schemes(on: dt.date, by: Actor, *, only: Iterable[str] | None = None) -> list[ClassRun]:
    """Class every customer under the schemes in force on the day and keep the figures of the day.

    Args:
        only: ids of schemes; all by default.

    Raises:
        Forbidden: the actor may not start runs. Invalid: a day in the future, an unknown scheme, or
            a day before the newest run of a scheme.
    """
    authorise(by, ClassRun.key(), "create")
    chosen = list(only) if only is not None else schemes()
    _refuse_wrong(chosen, on)
    with recorded(by, "segments.run_schemes"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('segments.run_schemes'))")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        versions = {name: in_force(name, on) for name in chosen}
        _gather(cursor, on, {name: params for name, (_version, params) in versions.items()})
        with quietly(ClassMembership):  # the rows are a history themselves
            runs = [
                _assign(cursor, place, name, *versions[name], on, by)
                for place, name in enumerate(chosen)
            ]
        cursor.execute("DROP TABLE zk_classes")
    return runs


def _refuse_wrong(chosen: list[str], on: dt.date) -> None:
    if on > timezone.localdate():
        raise Invalid(fields={"on": [_("分类日不能晚于今天。")]})
    for name in chosen:
        if name not in schemes():
            raise Invalid(fields={"scheme": [_("没有这个分类方案。")]})
        if ClassRun.unscoped.filter(scheme=name, on__gt=on).exists():
            raise Invalid(fields={"on": [_("这一天之后已经分类过，不能再补前面的日子。")]})


def _gather(cursor: Any, on: dt.date, params: dict[str, Any]) -> None:
    """Put facts and outcomes of everybody into a temporary table."""
    outcomes = ""
    for place, (name, values) in enumerate(params.items()):
        policy: Any = registry.policies[name]
        outcomes += f", {policy.sql(values)} AS becomes{place}"
        outcomes += f", {policy.fitting_sql(values)} > 1 AS overlaps{place}"
    sql = f"CREATE TEMP TABLE zk_classes ON COMMIT DROP AS SELECT f.* {outcomes}"
    cursor.execute(f"{sql} FROM ({facts_sql(limited=False)}) f", bound(on))
    cursor.execute("ANALYZE zk_classes")


def _assign(
    cursor: Any, place: int, name: str, version: Any, params: Any, on: dt.date, by: Actor
) -> ClassRun:
    """Write one scheme: rows, flows, figures, the run and its alerts."""
    started = time.perf_counter()
    policy: Any = registry.policies[name]
    kept = ", ".join(f"'{source}', z.{source}" for source in policy.sources(params))
    values = {
        "scheme": name, "on": on, "version": version.pk if version else None, "user": by.user_id,
        "now": timezone.now(), "request": by.request_id, **_partner(),
    }  # fmt: skip
    parts = {"becomes": f"z.becomes{place}", "overlaps": f"z.overlaps{place}",
             "facts": f"jsonb_build_object({kept})"}  # fmt: skip
    cursor.execute(_CHANGING.format(**parts), values)
    for statement in (_EMPTIED, _REPLACED, _CLOSE, _OPEN):
        cursor.execute(statement.format(**parts), values)
    if cursor.rowcount > MANY:
        cursor.execute("ANALYZE segments_classmembership")
    cursor.execute(_TELL, values)
    cursor.execute("SELECT count(*) FILTER (WHERE held <> '') FROM zk_changing")
    (moved,) = cursor.fetchone()
    cursor.execute("DROP TABLE zk_changing")
    for statement in (_OVERLAPS, _FORGET_FLOWS, _FLOWS, _FORGET_FIGURES, _FIGURES):
        cursor.execute(statement.format(**parts), values)
    cursor.execute("SELECT count(*) FROM zk_classes")
    (assessed,) = cursor.fetchone()
    seconds = round(time.perf_counter() - started, 3)
    run = ClassRun(
        scheme=name, policy_version=version, on=on, assessed=assessed, moved=moved, seconds=seconds
    )
    store(run, by=by)
    emit(ClassesAssigned(name, on.isoformat(), run.pk, moved), by=by)
    _alert(name, params, on, by)
    return run


def _partner() -> dict[str, int]:
    """Return from where on a customer counts as a partner, by the lifecycle model in force."""
    _version, params = in_force(LifecycleModel.id)
    return {"team": params.partner_team, "years": params.partner_years}


_CHANGING = """
    CREATE TEMP TABLE zk_changing ON COMMIT DROP AS
    SELECT z.customer_id, m.id AS membership_id, COALESCE(m.code, '') AS held,
           {becomes} AS becomes, m.valid_from, {facts} AS facts, {overlaps} AS fits_more
      FROM zk_classes z
      LEFT JOIN segments_classmembership m ON m.customer_id = z.customer_id
           AND m.scheme = %(scheme)s AND m.valid_to IS NULL
     WHERE COALESCE(m.code, '') <> {becomes}"""
# Rows of this same day are changed in place: a class of no day would be no class.
_EMPTIED = """
    DELETE FROM segments_classmembership m USING zk_changing c
     WHERE m.id = c.membership_id AND c.valid_from = %(on)s AND c.becomes = ''"""
_REPLACED = """
    UPDATE segments_classmembership m SET code = c.becomes, facts = c.facts,
           policy_version_id = %(version)s, version = m.version + 1, updated_at = %(now)s
      FROM zk_changing c
     WHERE m.id = c.membership_id AND c.valid_from = %(on)s AND c.becomes <> ''"""
_CLOSE = """
    UPDATE segments_classmembership m SET valid_to = %(on)s, version = m.version + 1,
           updated_at = %(now)s
      FROM zk_changing c WHERE m.id = c.membership_id AND c.valid_from < %(on)s"""
_OPEN = """
    INSERT INTO segments_classmembership (version, extra, created_at, updated_at, created_by_id,
           updated_by_id, customer_id, scheme, code, policy_version_id, facts, valid_from,
           overlapping)
    SELECT 1, '{{}}', %(now)s, %(now)s, %(user)s, %(user)s, customer_id, %(scheme)s, becomes,
           %(version)s, facts, %(on)s, fits_more
      FROM zk_changing
     WHERE becomes <> '' AND (valid_from IS NULL OR valid_from < %(on)s)"""
_OVERLAPS = """
    UPDATE segments_classmembership m SET overlapping = {overlaps}
      FROM zk_classes z
     WHERE m.customer_id = z.customer_id AND m.scheme = %(scheme)s AND m.valid_to IS NULL
       AND m.overlapping <> {overlaps}"""
_TELL = f"""
    INSERT INTO kernel_eventrow (name, payload, subject, subject_id, occurred_at, actor_id,
           request_id)
    SELECT '{ClassChanged.name}', jsonb_build_object('customer_id', customer_id, 'scheme',
           %(scheme)s::text, 'old', held, 'new', becomes, 'on', %(on)s::date),
           'customers.customer', customer_id, %(now)s, %(user)s, %(request)s
      FROM zk_changing WHERE held <> ''"""
_FORGET_FLOWS = 'DELETE FROM segments_classflow WHERE scheme = %(scheme)s AND "on" = %(on)s'
_FLOWS = """
    INSERT INTO segments_classflow (scheme, "on", before, after, customers, dwelt)
    SELECT %(scheme)s, %(on)s, COALESCE(b.code, ''), COALESCE(a.code, ''), count(*),
           COALESCE(round(avg(%(on)s::date - b.valid_from), 1), 0)
      FROM (SELECT customer_id, code FROM segments_classmembership
             WHERE scheme = %(scheme)s AND valid_from = %(on)s) a
      FULL JOIN (SELECT customer_id, code, valid_from FROM segments_classmembership
                  WHERE scheme = %(scheme)s AND valid_to = %(on)s) b USING (customer_id)
     GROUP BY 3, 4"""
_FORGET_FIGURES = 'DELETE FROM segments_classfigure WHERE scheme = %(scheme)s AND "on" = %(on)s'
_FIGURES = """
    INSERT INTO segments_classfigure (scheme, "on", code, members, spend, orders, contacts,
           repeat_buyers, partners, reachable, overlapping, dwell)
    SELECT %(scheme)s, %(on)s, {becomes}, count(*), sum(z.annual_spend), sum(z.orders),
           sum(z.contacts), count(*) FILTER (WHERE z.orders > 1),
           count(*) FILTER (WHERE z.team_size >= %(team)s AND z.cooperation_years >= %(years)s),
           count(*) FILTER (WHERE z.reachable), count(*) FILTER (WHERE {overlaps}),
           COALESCE(round(avg(%(on)s::date - m.valid_from), 1), 0)
      FROM zk_classes z
      LEFT JOIN segments_classmembership m ON m.customer_id = z.customer_id
           AND m.scheme = %(scheme)s AND m.valid_to IS NULL
     GROUP BY 3"""


def _alert(name: str, params: Any, on: dt.date, by: Actor) -> None:
    """Tell those who answer for the rule once for each class that begins to deviate (SEG-013)."""
    if params.alert_points is None:
        return
    found = {one.code: one for one in deviations(name, params, on) if one.hot}
    before = ClassFigure.objects.filter(scheme=name, on__lt=on).order_by("-on").values("on").first()
    known = (
        {one.code for one in deviations(name, params, before["on"]) if one.hot} if before else ()
    )
    for code, one in found.items():
        if code in known:
            continue
        share, reference = _percent(one.share), _percent(one.reference or Decimal(0))
        title = _("%(name)s占 %(share)s%%，基准 %(reference)s%%") % {
            "name": params.label(code), "share": share, "reference": reference,
        }  # fmt: skip
        people = holders(registry.policies[name].owner_role, on=on)
        notify(people, title, by=by, url=f"/segments/schemes/{name}/", icon="alert-triangle")
        emit(MixDeviated(name, code, share, reference, on.isoformat()), by=by)


def _percent(value: Decimal) -> str:
    return f"{value:.1f}"
