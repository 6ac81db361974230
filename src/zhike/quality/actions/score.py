"""Scores customers in one statement; the arithmetic says the same as ``policies.QualityScore``.

A test compares the two case by case. Nothing is written where nothing changed.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from zhike.customers.naming import PLACEHOLDERS
from zhike.kernel.policy_store import in_force
from zhike.quality.models import CodeList, CodeTerm
from zhike.quality.policies import (
    CHECKS,
    DIMENSIONS,
    FIELDS,
    GRADES,
    STAGES,
    DataFlow,
    Freshness,
    QualityScore,
    ScoreParams,
)

ZONE = "Asia/Shanghai"
EMPTY = {
    "since": "c.since IS NULL",
    "owner": "c.owner_id IS NULL",
    "contact": "NOT coalesce(p.reachable, false)",
}
BASE_CODE = "[0-9A-HJ-NPQRTUWXY]"
FAULTS = {
    "correction_waiting": """EXISTS (SELECT 1 FROM quality_updaterequest u
        WHERE u.customer_id = c.id AND u.status = 'waiting')""",
    "name_improper": "c.name ~ '1[3-9][0-9]{{9}}' OR lower(btrim(c.name)) = ANY(%(placeholders)s)",
    "region_code": """coalesce(c.region, '') <> '' AND c.credit_code ~ '^.{{2}}[0-9]{{6}}'
        AND substr(c.credit_code, 3, 2) <> left(c.region, 2)""",
    "unmapped_value": "{unmapped}",
    "owner_without_unit": "c.owner_id IS NOT NULL AND c.unit_id IS NULL",
    "same_name": """EXISTS (SELECT 1 FROM customers_customer o WHERE o.name_normal = c.name_normal
        AND o.id <> c.id AND o.archived_at IS NULL)""",
    "same_phone": """coalesce(c.phone, '') <> '' AND EXISTS (SELECT 1 FROM customers_customer o
        WHERE o.phone = c.phone AND o.id <> c.id AND o.archived_at IS NULL)""",
    "credit_code_format": f"coalesce(c.credit_code, '') <> '' AND c.credit_code !~ "
    f"'^{BASE_CODE}{{{{2}}}}[0-9]{{{{6}}}}{BASE_CODE}{{{{10}}}}$'",
    "phone_format": """coalesce(c.phone, '') <> ''
        AND c.phone !~ '^(1[3-9][0-9]{{9}}|[0-9][0-9-]{{4,19}})$'""",
    "email_format": """coalesce(c.email, '') <> ''
        AND c.email !~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'""",
    "mobile_format": "coalesce(p.bad_mobile, false)",
}
SCORED = """
WITH people AS (
    SELECT customer_id, bool_or(coalesce(mobile, '') <> '') AS reachable,
        bool_or(coalesce(mobile, '') <> '' AND mobile !~ '^1[3-9][0-9]{{9}}$') AS bad_mobile
    FROM customers_person WHERE archived_at IS NULL AND customer_id IS NOT NULL
      AND (%(only)s::bigint[] IS NULL OR customer_id = ANY(%(only)s::bigint[]))
    GROUP BY customer_id),
checked AS (
    SELECT customer_id, max(verified_on) AS day FROM quality_verification
    WHERE archived_at IS NULL
      AND (%(only)s::bigint[] IS NULL OR customer_id = ANY(%(only)s::bigint[]))
    GROUP BY customer_id),
graded AS (
    SELECT customer_id, min(valid_from) AS day FROM customers_gradeassessment
    WHERE (%(only)s::bigint[] IS NULL OR customer_id = ANY(%(only)s::bigint[]))
    GROUP BY customer_id),
rule(grade, threshold, fresh) AS (SELECT * FROM
    unnest(%(grades)s::text[], %(thresholds)s::int[], %(fresh)s::int[])),
patience(stage, days) AS (SELECT * FROM unnest(%(stages)s::text[], %(patience)s::int[])),
raw AS (
    SELECT c.id, coalesce(r.threshold, 0) AS threshold, r.fresh,
        array_remove(ARRAY[{missing}]::text[], NULL) AS missing,
        array_remove(ARRAY[{faults}]::text[], NULL) AS faults,
        %(whole)s - ({gone}) AS filled,
        greatest(d.made, checked.day) AS verified_on,
        CASE WHEN f.id IS NULL THEN 'collect' WHEN f.status = 'sorted' THEN 'sort'
            WHEN graded.day IS NULL THEN 'store'
            WHEN d.touched IS NULL OR d.touched < f.filed_on THEN 'analyse' ELSE 'use' END AS stage,
        CASE WHEN f.id IS NULL THEN d.made WHEN f.status = 'sorted' THEN f.sorted_on
            WHEN graded.day IS NULL THEN f.filed_on
            WHEN d.touched IS NULL OR d.touched < f.filed_on THEN greatest(f.filed_on, graded.day)
            ELSE d.touched END AS stage_since
    FROM customers_customer c
    CROSS JOIN LATERAL (SELECT (c.created_at AT TIME ZONE %(zone)s)::date AS made,
        greatest((c.last_contact_at AT TIME ZONE %(zone)s)::date, c.last_order_on) AS touched) d
    LEFT JOIN rule r ON r.grade = c.grade
    LEFT JOIN people p ON p.customer_id = c.id
    LEFT JOIN checked ON checked.customer_id = c.id
    LEFT JOIN graded ON graded.customer_id = c.id
    LEFT JOIN quality_filing f ON f.customer_id = c.id AND f.archived_at IS NULL
    WHERE c.archived_at IS NULL
      AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[]))),
points AS (
    SELECT raw.*, %(today)s - verified_on AS age,
        (200 * filled + %(whole)s) / (2 * %(whole)s) AS completeness, {points},
        CASE WHEN %(today)s - verified_on <= %(fresh_days)s THEN 100
            ELSE greatest(0, 100 * (2 * %(fresh_days)s - (%(today)s - verified_on))
                / %(fresh_days)s) END AS timeliness
    FROM raw)
"""
FILL = (
    SCORED
    + """
INSERT INTO quality_customerscore (version, extra, created_at, updated_at, computed_at, customer_id,
    score, completeness, accuracy, consistency, timeliness, uniqueness, validity, threshold, below,
    missing, faults, verified_on, stale, stage, stage_since, stuck)
SELECT 1, '{{}}', %(now)s, %(now)s, %(now)s, id,
    (200 * ({total}) + 10000) / 20000, completeness, accuracy, consistency, timeliness, uniqueness,
    validity, threshold, completeness < threshold, to_jsonb(missing), to_jsonb(faults), verified_on,
    coalesce(age > fresh, false), points.stage, stage_since,
    coalesce(%(today)s - stage_since > patience.days, false)
FROM points LEFT JOIN patience ON patience.stage = points.stage
ON CONFLICT (customer_id) DO UPDATE SET ({columns}) = ROW({excluded}),
    version = quality_customerscore.version + 1, updated_at = excluded.updated_at,
    computed_at = excluded.computed_at
WHERE ({own}) IS DISTINCT FROM ({excluded})
"""
)
KEPT = (
    "score", *DIMENSIONS, "threshold", "below", "missing", "faults", "verified_on", "stale",
    "stage", "stage_since", "stuck",
)  # fmt: skip


def score(only: Sequence[int] | None = None, *, on: dt.date | None = None) -> int:
    """Score these customers (None = all) as of a day; returns how many scores changed.

    May run any number of times. Scores of customers that were put away are removed.
    """
    params: ScoreParams = in_force(QualityScore.id, on)[1]
    values, parts = _values(params, only, on), _parts(params)
    with transaction.atomic(), connection.cursor() as cursor:
        if only is None:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [QualityScore.id])
        cursor.execute(
            """DELETE FROM quality_customerscore s USING customers_customer c
            WHERE c.id = s.customer_id AND c.archived_at IS NOT NULL
              AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[]))""",
            {"only": values["only"]},
        )
        cursor.execute(FILL.format(**parts), values)
        return int(cursor.rowcount)


def _parts(params: ScoreParams) -> dict[str, str]:
    empty = {name: EMPTY.get(name, f"coalesce(c.{name}::text, '') = ''") for name in FIELDS}
    asked = [name for name in FIELDS if params.fields.get(name, 0)]
    faults = {name: text.format(unmapped=_unmapped()) for name, text in FAULTS.items()}
    points = int(params.fault_points)
    counted = {
        dimension: " + ".join(
            f"('{name}' = ANY(faults))::int" for name, where in CHECKS.items() if where == dimension
        )
        for dimension in set(CHECKS.values())
    }
    return {
        "missing": ", ".join(f"CASE WHEN {empty[name]} THEN '{name}' END" for name in asked),
        "faults": ", ".join(f"CASE WHEN {text} THEN '{name}' END" for name, text in faults.items()),
        "gone": " + ".join(
            f"CASE WHEN {empty[name]} THEN {int(params.fields[name])} ELSE 0 END" for name in asked
        ),
        "points": ", ".join(
            f"greatest(0, 100 - {points} * ({text})) AS {dimension}"
            for dimension, text in counted.items()
        ),
        "total": " + ".join(f"{int(params.weights.get(name, 0))} * {name}" for name in DIMENSIONS),
        "columns": ", ".join(KEPT),
        "own": ", ".join(f"quality_customerscore.{name}" for name in KEPT),
        "excluded": ", ".join(f"excluded.{name}" for name in KEPT),
    }


def _unmapped() -> str:
    """Return the condition that a coded value is neither standard nor mapped; names of lists only."""
    found = [
        f"(coalesce(c.{name}, '') <> '' AND NOT c.{name} = ANY(%(codes_{name})s::text[]))"
        for name, _known in _codes()
    ]
    return " OR ".join(found) or "false"


def _codes() -> list[tuple[str, list[str]]]:
    lists = CodeList.unscoped.filter(archived_at=None).order_by("field")
    return [
        (str(one.field), [*one.values_allowed(), *CodeTerm.unscoped.filter(
            code_list=one, archived_at=None).values_list("raw", flat=True)])
        for one in lists
    ]  # fmt: skip


def _values(params: ScoreParams, only: Sequence[int] | None, on: dt.date | None) -> dict[str, Any]:
    fresh, flow = in_force(Freshness.id, on)[1], in_force(DataFlow.id, on)[1]
    return {
        **{f"codes_{name}": known for name, known in _codes()},
        "only": list(only) if only is not None else None,
        "placeholders": sorted(PLACEHOLDERS),
        "zone": ZONE, "now": timezone.now(), "today": on or timezone.localdate(),
        "whole": sum(params.fields.values()), "fresh_days": params.fresh_days,
        "grades": list(GRADES), "thresholds": [params.threshold(name) for name in GRADES],
        "fresh": [fresh.days.get(name) for name in GRADES],
        "stages": list(STAGES), "patience": [flow.days.get(name) for name in STAGES],
    }  # fmt: skip
