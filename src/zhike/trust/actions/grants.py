"""What roles may do: grants, field rules, account-team rights, sign-in rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import OrgUnit, Role
from zhike.kernel.actions import authorise, create_record, edit_record, recorded, store
from zhike.kernel.actor import FIELD_ACCESS, VERBS, Actor
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.registry import registry
from zhike.trust.actions.audit import note_audit
from zhike.trust.models import FieldRule, Grant, TeamRight
from zhike.trust.vocabulary import is_administrative, resource_titles

SIGN_IN = "identity.sign_in_rules"


def create_role(model: type[Role], values: Mapping[str, Any], *, by: Actor) -> Role:
    """Create a business role without any right yet."""
    with recorded(by, "trust.create_role"):
        role = create_record(model, values, by=by)
        note_audit("role_created", by=by, row=role)
    return role


def change_role(
    model: type[Role],
    target: "Role | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Role:
    """Rename or describe a role; the three administrators stay as they are."""
    with recorded(by, "trust.change_role"):
        role = edit_record(model, target, values, by=by, version=version)
        _require_changeable(role)
        note_audit("role_changed", by=by, row=role, details={"fields": sorted(values)})
    return role


def copy_role(role: "Role | int", *, by: Actor, code: str, name: str) -> Role:
    """Create a role with the grants and field rules of another one."""
    with recorded(by, "trust.copy_role"):
        source = _role(role)
        _require_changeable(source)
        made = create_role(
            Role, {"code": code, "name": name, "description": source.description}, by=by
        )
        for grant in source.grants.filter(archived_at=None).prefetch_related("units"):
            copy = Grant(role=made, resource=grant.resource, verb=grant.verb, reach=grant.reach)
            store(copy, by=by).units.set(grant.units.all())
        for rule in source.field_rules.filter(archived_at=None):
            store(
                FieldRule(role=made, resource=rule.resource, field=rule.field, access=rule.access),
                by=by,
            )
    return made


def change_grant(
    role: "Role | int",
    resource: str,
    verb: str,
    reach: str,
    *,
    by: Actor,
    units: Iterable[int] = (),
) -> Grant | None:
    """Set how far a role may use a verb on a resource; an empty reach takes the right away.

    Raises:
        Conflict: one of the three administrators, or a right that is theirs.
        Invalid: no such resource, verb, reach or unit.
    """
    authorise(by, Grant.key(), "change")
    with recorded(by, "trust.change_grant"):
        what = _role(role, lock=True)
        _require_changeable(what)
        _require_known(resource, verb)
        if reach and is_administrative(resource, verb):
            raise Conflict(_("这项权限只属于三员管理员，不能授予业务角色。"))
        if reach and reach not in Grant.Reach.values:
            raise Invalid(fields={"reach": [_("没有这个范围。")]})
        grant = Grant.unscoped.filter(role=what, resource=resource, verb=verb).first()
        before = grant.reach if grant is not None and grant.archived_at is None else ""
        grant = _write_grant(grant, what, resource, verb, reach, by)
        if grant is not None:
            chosen = list(OrgUnit.unscoped.filter(pk__in=list(units)))
            if reach == Grant.Reach.CHOSEN and not chosen:
                raise Invalid(fields={"units": [_("请选择至少一个部门。")]})
            grant.units.set(chosen if reach == Grant.Reach.CHOSEN else [])
        details = {
            "role": what.code,
            "right": f"{resource} {verb}",
            "before": before,
            "after": reach,
        }
        note_audit("grant_changed", by=by, row=what, details=details)
    return grant


def _write_grant(
    grant: Grant | None, role: Role, resource: str, verb: str, reach: str, by: Actor
) -> Grant | None:
    if not reach:
        if grant is not None and grant.archived_at is None:
            grant.archived_at = timezone.now()
            store(grant, by=by, fields=["archived_at"])
        return None
    if grant is None:
        return store(Grant(role=role, resource=resource, verb=verb, reach=reach), by=by)
    grant.reach, grant.archived_at = reach, None
    return store(grant, by=by, fields=["reach", "archived_at"])


def change_field_rule(
    role: "Role | int", resource: str, field: str, access: str, *, by: Actor
) -> FieldRule | None:
    """Set what a role may do with a field; an empty access returns to the default.

    Raises:
        Invalid: no such field or access. Conflict: one of the three administrators.
    """
    authorise(by, FieldRule.key(), "change")
    with recorded(by, "trust.change_field_rule"):
        what = _role(role, lock=True)
        _require_changeable(what)
        _require_field(resource, field)
        if access and access not in FIELD_ACCESS:
            raise Invalid(fields={"access": [_("没有这个选项。")]})
        rule = FieldRule.unscoped.filter(role=what, resource=resource, field=field).first()
        if access:
            rule = rule or FieldRule(role=what, resource=resource, field=field)
            rule.access, rule.archived_at = access, None
            store(rule, by=by, fields=None if rule._state.adding else ["access", "archived_at"])
        elif rule is not None:
            rule.archived_at = timezone.now()
            store(rule, by=by, fields=["archived_at"])
        details = {"role": what.code, "field": f"{resource}.{field}", "after": access}
        note_audit("field_rule_changed", by=by, row=what, details=details)
    return rule if access else None


def change_team_right(
    team_role: str, resource: str, verb: str, *, by: Actor, given: bool
) -> TeamRight | None:
    """Give or take a verb on a resource to or from a role in account teams."""
    authorise(by, TeamRight.key(), "change")
    with recorded(by, "trust.change_team_right"):
        _require_known(resource, verb)
        if given and is_administrative(resource, verb):
            raise Conflict(_("这项权限只属于三员管理员，不能授予业务角色。"))
        known = {"team_role": team_role, "resource": resource, "verb": verb}
        right = TeamRight.unscoped.select_for_update().filter(**known).first()
        if right is None and given:
            right = store(TeamRight(**known), by=by)
        elif right is not None:
            right.archived_at = None if given else timezone.now()
            store(right, by=by, fields=["archived_at"])
        note_audit(
            "team_right_changed", by=by, resource=TeamRight.key(), details={**known, "given": given}
        )
    return right if given else None


def change_sign_in_rules(values: Mapping[str, Any], *, by: Actor, reason: str) -> PolicyVersion:
    """Put new sign-in rules into force from today; the version before stays in the history.

    Raises:
        Invalid: with the field of every fault.
    """
    authorise(by, SIGN_IN, "change")
    if not reason.strip():
        raise Invalid(fields={"reason": [_("请填写修订原因。")]})
    try:
        params = registry.policies[SIGN_IN].parse(dict(values))
    except BadParams as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            found.setdefault(problem.path or "__all__", []).append(sentence(problem))
        raise Invalid(fields=found) from error
    with recorded(by, "trust.change_sign_in_rules", reason=reason):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7454)")
        before = in_force(SIGN_IN)[1].model_dump()
        version = _new_version(params.model_dump(), by, reason.strip())
        after = params.model_dump()
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        note_audit("sign_in_rules_changed", by=by, row=version, details=changed)
    return version


def _new_version(params: dict[str, Any], by: Actor, reason: str) -> PolicyVersion:
    known = PolicyVersion.unscoped.filter(policy_id=SIGN_IN).order_by("-number").first()
    now = timezone.now()
    version = PolicyVersion(
        policy_id=SIGN_IN,
        number=known.number + 1 if known else 1,
        params=params,
        effective_on=timezone.localdate(),
        status=PolicyVersion.Status.APPROVED,
        reason=reason,
        submitted_at=now,
        submitted_by_id=by.user_id,
        decided_at=now,
        decided_by_id=by.user_id,
    )
    return store(version, by=by)


def _role(role: "Role | int", *, lock: bool = False) -> Role:
    rows = Role.unscoped.select_for_update(of=("self",)) if lock else Role.unscoped.all()
    found = rows.filter(pk=role if isinstance(role, int) else role.pk, archived_at=None).first()
    if found is None:
        raise NotFound
    return found


def _require_changeable(role: Role) -> None:
    if role.exclusive:
        raise Conflict(_("三员的权限由制度固定，不能修改或复制。"))


def _require_known(resource: str, verb: str) -> None:
    if resource not in resource_titles():
        raise Invalid(fields={"resource": [_("没有这个对象。")]})
    if verb not in VERBS:
        raise Invalid(fields={"verb": [_("没有这项操作。")]})


def _require_field(resource: str, field: str) -> None:
    try:
        known = {f.name for f in apps.get_model(resource)._meta.fields}
    except (LookupError, ValueError):
        known = set()
    if field not in known:
        raise Invalid(fields={"field": [_("没有这个字段。")]})
