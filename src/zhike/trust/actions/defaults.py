"""The roles, rights and account-team rights that ship with the product, as data."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection
from django.utils import timezone

from zhike.identity.models import Role
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM
from zhike.kernel.records import Record
from zhike.trust.models import FieldRule, Grant, TeamRight

FILE = Path(__file__).parent.parent / "data" / "roles.yaml"
REACHES = ("own", "unit", "subtree", "chosen", "all")


@cache
def shipped() -> dict[str, Any]:
    """Return the file with the shipped roles."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def ensure_defaults() -> int:
    """Create the shipped roles and rights that are missing; returns how many rights were written.

    Safe to call after every migration: what a security administrator changed or took away stays,
    only rights that a new release brings are added.
    """
    by = SYSTEM(reason="shipped roles")
    with recorded(by, "trust.ensure_defaults"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7455)")
        written = sum(_ensure_role(spec) for spec in shipped()["roles"])
        return written + _ensure_team()


def rights_of(spec: "dict[str, Any]") -> dict[tuple[str, str], str]:
    """Return (resource, verb) -> reach of a role of the file; the widest reach counts."""
    found: dict[tuple[str, str], str] = {}
    for part in spec["grants"]:
        for reach, resources in part.items():
            for resource, verbs in resources.items():
                for verb in verbs.split():
                    known = found.get((resource, verb), "own")
                    found[resource, verb] = max(known, reach, key=REACHES.index)
    return found


def _ensure_role(spec: "dict[str, Any]") -> int:
    by = SYSTEM(reason="shipped roles")
    role = Role.unscoped.filter(code=spec["code"]).first()
    if role is None:
        role = Role(code=spec["code"], name=spec["name"], description=spec["description"])
        role.is_template, role.exclusive = True, spec.get("exclusive", "")
        store(role, by=by)
    given = set(role.extra.get("given", ()))
    grants = [
        Grant(role=role, resource=resource, verb=verb, reach=reach)
        for (resource, verb), reach in rights_of(spec).items()
        if f"{resource} {verb}" not in given
    ]
    rules = [
        FieldRule(role=role, resource=resource, field=name, access=access)
        for resource, fields in spec.get("fields", {}).items()
        for name, access in fields.items()
        if f"{resource}.{name}" not in given
    ]
    _insert(Grant, grants)
    _insert(FieldRule, rules)
    if grants or rules:
        marks = [f"{g.resource} {g.verb}" for g in grants] + [
            f"{r.resource}.{r.field}" for r in rules
        ]
        role.extra = {**role.extra, "given": sorted(given | set(marks))}
        store(role, by=by, fields=["extra"])
    return len(grants) + len(rules)


def _ensure_team() -> int:
    known = set(TeamRight.unscoped.values_list("team_role", "resource", "verb"))
    rows = [
        TeamRight(team_role=team_role, resource=resource, verb=verb)
        for team_role, resources in shipped()["team"].items()
        for resource, verbs in resources.items()
        for verb in verbs.split()
        if (team_role, resource, verb) not in known
    ]
    _insert(TeamRight, rows)
    return len(rows)


def _insert(model: type[Record], rows: "list[Any]") -> None:
    now = timezone.now()
    for row in rows:
        row.created_at = row.updated_at = now
    model.unscoped.bulk_create(rows)
