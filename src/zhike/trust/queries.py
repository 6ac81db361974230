"""Builds the Actor from roles, grants, field rules and account-team rights."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.apps import apps
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhike.identity.models import Role, User
from zhike.identity.queries import administrator_kinds, memberships, roles_of, subtree
from zhike.kernel import clearance
from zhike.kernel.actions import authorise
from zhike.kernel.actor import ANONYMOUS, FIELD_ACCESS, NOTHING, VERBS, Actor, Breadth
from zhike.kernel.errors import BadQuery
from zhike.kernel.policy_store import in_force
from zhike.kernel.prepared import Id, Ids, prepared
from zhike.kernel.records import SERVER_FIELDS, Record
from zhike.kernel.scope import Because, among
from zhike.trust.models import ApiToken, AuditEntry, FieldRule, Grant, TeamRight
from zhike.trust.vocabulary import VERB_TITLES

RIGHTS_AGE = 3  # seconds; a change of rights is felt everywhere within this time
REMEMBERED = 2_000  # people whose rights a process keeps at most
_built: dict[int, tuple[str, Actor]] = {}


def actor_for(user: "User | None", *, channel: str = "web", request_id: str = "") -> Actor:
    """Return the Actor of a signed-in person; anonymous for nobody or someone who left."""
    if user is None or not user.is_authenticated or not user.is_active:
        return replace(ANONYMOUS, channel=channel)
    fresh = request_id or uuid.uuid4().hex
    actor = _remembered(user)
    return actor.with_same_rights(channel=channel, name=str(user), request_id=fresh)


def _remembered(user: "User") -> Actor:
    """Return the Actor built in the last seconds, or build it.

    The cache says until when; the Actor itself stays out of it, for reading it back from the
    cache's pickle would take longer than all that a small page does.
    """
    name = f"actor:{user.pk}"
    token = cache.get(name)
    known = _built.get(user.pk)
    if token is not None and known is not None and known[0] == token:
        return known[1]
    token, actor = uuid.uuid4().hex, _build(user)
    if len(_built) >= REMEMBERED:
        _built.clear()
    _built[user.pk] = token, actor
    cache.set(name, token, RIGHTS_AGE)
    return actor


def forget_rights() -> None:
    """Drop the remembered rights in this process after they were changed."""
    cache.clear()


_team_roles: list[Callable[[int], set[str]]] = []


def provide_team_roles(source: Callable[[int], set[str]]) -> None:
    """Register who knows in which account-team roles a person stands (the package above)."""
    _team_roles.append(source)


def _roles_held(user_id: int) -> set[str]:
    return {role for source in _team_roles for role in source(user_id)}


def _build(user: User) -> Actor:
    units = [unit for (unit,) in _units_of(ANONYMOUS, user.pk)]
    held = _roles_of(ANONYMOUS, user.pk)
    roles = [role for role, _code, _exclusive in held]
    grants = _granted(ANONYMOUS, roles) if roles else []
    is_administrator = any(exclusive for _role, _code, exclusive in held)
    return Actor(
        user_id=user.pk,
        name=str(user),
        unit_ids=tuple(dict.fromkeys(units)),
        grants=_grants(grants, units),
        team_rights={} if is_administrator else _team_rights(_roles_held(user.pk)),
        field_rules=_field_rules(grants, roles),
        **_clearances({code for _role, code, _exclusive in held}),
    )


@prepared
def _units_of(_by: Actor, user_id: Id) -> "QuerySet[Any, tuple[int]]":
    return memberships(user_id).values_list("unit_id")


@prepared
def _roles_of(_by: Actor, user_id: Id) -> "QuerySet[Any, tuple[int, str, str]]":
    return roles_of(user_id).values_list("role_id", "role__code", "role__exclusive")


Granted = tuple[int, int, str, str, str]  # id, role, resource, verb, reach


@prepared
def _granted(_by: Actor, roles: Ids) -> "QuerySet[Any, Granted]":
    rows = Grant.unscoped.filter(among("role_id", roles), archived_at=None)
    return rows.values_list("id", "role_id", "resource", "verb", "reach")


@prepared
def _ruled(_by: Actor, roles: Ids) -> "QuerySet[Any, tuple[int, str, str, str]]":
    rows = FieldRule.unscoped.filter(among("role_id", roles), archived_at=None)
    return rows.values_list("role_id", "resource", "field", "access")


def _clearances(codes: set[str]) -> dict[str, Any]:
    """Return what the policy in force lets these roles see, export and print (DAT-028)."""
    _version, rules = in_force("trust.confidentiality")
    return {
        "clearances": {door: rules.levels(door, codes) for door in ("view", "export", "print")},
        "owner_cleared": rules.owner_sees,
    }


def _grants(granted: list[Granted], units: list[int]) -> dict[tuple[str, str], Breadth]:
    below = subtree(units) if any(one[4] == Grant.Reach.SUBTREE for one in granted) else set()
    reach = {
        str(Grant.Reach.OWN): Breadth(own=True),
        str(Grant.Reach.UNIT): Breadth(own=True, units=frozenset(units)),
        str(Grant.Reach.SUBTREE): Breadth(own=True, units=frozenset(below)),
        str(Grant.Reach.ALL): Breadth(everything=True),
    }
    chosen: dict[int, set[int]] = defaultdict(set)
    if ids := [pk for pk, *_rest, kind in granted if kind == Grant.Reach.CHOSEN]:
        through = Grant.units.through.objects.filter(grant_id__in=ids)
        for pk, unit in through.values_list("grant_id", "orgunit_id"):
            chosen[pk].add(unit)
    found: dict[tuple[str, str], Breadth] = defaultdict(lambda: NOTHING)
    for pk, _role, resource, verb, kind in granted:
        at_most = reach.get(kind) or Breadth(own=True, units=frozenset(chosen[pk]))
        found[(resource, verb)] |= at_most
    return dict(found)


def _field_rules(granted: list[Granted], roles: list[int]) -> dict[tuple[str, str], str]:
    """Return the most generous rule of all roles that reach the resource at all.

    A role without a rule for a field stands for the default, so that a second role never takes away
    what the first one gives.
    """
    reaching: dict[str, set[int]] = defaultdict(set)
    for _pk, role, resource, verb, _reach in granted:
        if verb == "view":
            reaching[resource].add(role)
    ruled: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for role, resource, name, access in _ruled(ANONYMOUS, roles) if roles else ():
        ruled[resource, name][role] = access
    found: dict[tuple[str, str], str] = {}
    for (resource, name), rules in ruled.items():
        answers = list(rules.values())
        if reaching[resource] - rules.keys():
            answers.append(default_access(resource, name))
        found[resource, name] = max(answers, key=FIELD_ACCESS.index)
    return found


def default_access(resource: str, name: str) -> str:
    """Return what applies to a field without any rule: personal data is masked."""
    try:
        known: Any = apps.get_model(resource)._meta.get_field(name)
    except (LookupError, ValueError):
        return "hidden"
    return "masked" if getattr(known, "personal", False) else "editable"


def _team_rights(held: set[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """Return what the roles give in which the person stands at all; nobody else needs to know."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    if not held:
        return {}
    for right in TeamRight.unscoped.filter(archived_at=None, team_role__in=held):
        found[right.team_role].add((right.resource, right.verb))
    return {role: frozenset(rights) for role, rights in found.items()}


@dataclass(frozen=True)
class Explanation:
    """Why a person may or may not use a verb on a record.

    Attributes:
        allowed: exactly what ``visible_to`` says. reasons: each way in, with whether it is open.
        roles: the person's roles, each with the reach of the verb ("" = not granted).
        team_roles: account-team roles that give the verb. remedies: what would open the record.
    """

    allowed: bool
    reasons: list[Because]
    roles: list[tuple[Role, str]] = field(default_factory=list)
    team_roles: list[str] = field(default_factory=list)
    remedies: list[str] = field(default_factory=list)


def explain(user: User, row: Record, verb: str = "view") -> Explanation:
    """Explain one person, one record, one verb; built from the parts that ``visible_to`` uses."""
    if verb not in VERBS:
        raise BadQuery(_("没有这项操作。"))
    by, model = _fresh_actor(user), type(row)
    reasons = [*model.scope.explain(row, by, verb), *clearance.explain(row, by, verb)]
    shown = model.objects.visible_to(by, verb, archived=True).filter(pk=row.pk).exists()
    roles = [
        (assignment.role, _reach(assignment.role, model.key(), verb))
        for assignment in roles_of(user.pk).select_related("role")
    ]
    remedies = [] if shown else _remedies(user, by, model.key(), verb, roles)
    return Explanation(shown, reasons, roles, by.team_roles(model.key(), verb), remedies)


def _fresh_actor(user: User) -> Actor:
    return _build(user) if user.is_active else ANONYMOUS


def _reach(role: Role, resource: str, verb: str) -> str:
    grant = role.grants.filter(resource=resource, verb=verb, archived_at=None).first()
    return str(grant.get_reach_display()) if grant is not None else ""


def _remedies(
    user: User, by: Actor, resource: str, verb: str, roles: list[tuple[Role, str]]
) -> list[str]:
    if not user.is_active:
        return [_("账号已停用：由系统管理员恢复账号。")]
    if administrator_kinds(user.pk):
        return [_("三员管理员不能查看业务数据；请使用另一名成员的账号。")]
    found = []
    title = VERB_TITLES[verb]
    if not roles:
        found.append(_("没有任何角色：由安全管理员分配角色。"))
    elif not any(reach for _role, reach in roles):
        found.append(
            _("现有角色都没有“%(verb)s”授权：由安全管理员在角色中授予，或分配其他角色。")
            % {"verb": title}
        )
    else:
        found.append(_("授权范围没有覆盖这条记录：扩大角色的范围，或调整该成员的部门。"))
    if any((resource, verb) in rights for rights in by.team_rights.values()):
        found.append(_("只需要这一家客户时：由负责人把他加入客户协作团队，不改变其他数据的范围。"))
    if not by.unit_ids:
        found.append(_("该成员没有部门，部门范围的授权对他不起作用。"))
    return found


def audit_entries(filters: Mapping[str, str], *, by: Actor) -> "QuerySet[AuditEntry]":
    """Return the audit trail, newest first.

    Args:
        filters: ``kind``, ``user`` (id), ``resource``, ``object_id``, ``since`` and ``until`` (ISO
            dates), ``succeeded`` (1 or 0), ``q`` (part of the actor's name or address).

    Raises:
        Forbidden: not the audit administrator. BadQuery: a value that cannot be read.
    """
    authorise(by, "trust.auditentry", "view")
    rows = AuditEntry.objects.select_related("user").order_by("-pk")
    try:
        for name in ("kind", "resource"):
            if filters.get(name):
                rows = rows.filter(**{name: filters[name]})
        for name, column in (("user", "user_id"), ("object_id", "object_id")):
            if filters.get(name):
                number = int(filters[name])
                rows = rows.filter(**{column: number}) if 0 <= number < 2**63 else rows.none()
        if filters.get("since"):
            rows = rows.filter(at__date__gte=dt.date.fromisoformat(filters["since"]))
        if filters.get("until"):
            rows = rows.filter(at__date__lte=dt.date.fromisoformat(filters["until"]))
    except ValueError:
        raise BadQuery(_("筛选条件的格式不对。")) from None
    if filters.get("succeeded") in {"0", "1"}:
        rows = rows.filter(succeeded=filters["succeeded"] == "1")
    if filters.get("q"):
        rows = rows.filter(Q(actor__icontains=filters["q"]) | Q(address__icontains=filters["q"]))
    return rows


def rights_matrix(role: Role) -> list[tuple[str, dict[str, str]]]:
    """Return, for each resource, verb -> reach of the role; resources without rights included."""
    from zhike.trust.vocabulary import resource_titles

    given: dict[str, dict[str, str]] = defaultdict(dict)
    for grant in role.grants.filter(archived_at=None):
        given[grant.resource][grant.verb] = grant.reach
    return [(key, given.get(key, {})) for key in resource_titles()]


def tokens_of(by: Actor) -> "QuerySet[ApiToken]":
    """Return the person's own tokens that still count or expired lately."""
    return ApiToken.objects.visible_to(by).order_by("-pk")


def team_matrix() -> dict[tuple[str, str], set[str]]:
    """Return (account-team role, resource) -> verbs."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for right in TeamRight.unscoped.filter(archived_at=None):
        found[right.team_role, right.resource].add(right.verb)
    return dict(found)


def field_matrix(role: Role, resource: str) -> list[tuple[str, str, str, str]]:
    """Return (field, its name for people, rule of the role or "", default) of a resource.

    Raises:
        BadQuery: no such resource.
    """
    try:
        model = apps.get_model(resource)
    except (LookupError, ValueError):
        raise BadQuery(_("没有这个对象。")) from None
    rules = dict(
        role.field_rules.filter(resource=resource, archived_at=None).values_list("field", "access")
    )
    return [
        (f.name, str(f.verbose_name), rules.get(f.name, ""), default_access(resource, f.name))
        for f in model._meta.fields
        if f.name not in SERVER_FIELDS and not f.primary_key
    ]


def chosen_units(role: Role) -> set[int]:
    """Return the units that the role's grants name one by one."""
    named = Grant.unscoped.filter(role=role, archived_at=None, reach=Grant.Reach.CHOSEN)
    return set(named.exclude(units=None).values_list("units", flat=True))


def record_by_code(model: type[Record], text: str) -> Record | None:
    """Return a record by its id or, where it has one, its code; for explaining only."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        found = model.unscoped.filter(pk=int(text)).first()
        if found is not None:
            return found
    rows: Any = model.unscoped
    if any(f.name == "code" for f in model._meta.fields):
        return cast("Record | None", rows.filter(code__iexact=text).first())
    return None
