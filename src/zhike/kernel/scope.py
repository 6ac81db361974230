"""Scope: which rows of a model an actor may touch; an algebra that compiles to fast SQL.

``visible_to`` and the "why can he see this?" page use the same parts, so they cannot disagree.

The SQL shapes are chosen for tables of millions of rows. Sets that are small by nature (my
customers, my account teams) become ``= ANY(ARRAY(SELECT ...))``: an init plan, so that PostgreSQL
combines the indexes by a bitmap OR. A large set of parents becomes a correlated scalar sub-query,
which an ordered index walk with a LIMIT evaluates for a few rows only.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache as remembered
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.cache import cache
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Func
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor, Standpoint

if TYPE_CHECKING:
    from zhike.kernel.records import Record

SMALL_PARENT_SET = 2_000
PARENT_COUNT_AGE = timedelta(seconds=60)

NOBODY = Q(pk__isnull=True)
EVERYBODY = Q()


@dataclass(frozen=True, slots=True)
class Because:
    """One line of the answer to "why can (or can't) this person see it?"."""

    holds: bool
    text: str


class ArrayOf(Func):
    """``ARRAY(SELECT ...)`` as an uncorrelated init plan."""

    function = "ARRAY"
    output_field = models.BigIntegerField()


class EqualsAny(models.Lookup):
    """``column = ANY(array)``."""

    lookup_name = "equals_any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the SQL and its parameters."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_params, *right_params)


class Ids(Value):
    """A list of ids as one parameter: the SQL is as long for a hundred units as for one.

    The text of the array, for the driver writes a text many times faster than a list.
    """

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(array_text(ids))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002
        """Return the parameter with its type, so that an empty list has one too."""
        return "%s::bigint[]", [self.value]

    def _resolve_output_field(self) -> Any:
        return models.BigIntegerField()


def array_text(ids: Sequence[int]) -> str:
    """Return ids as PostgreSQL writes an array: ``{1,2,3}``."""
    return "{" + ",".join([str(int(one)) for one in ids]) + "}"


def among(column: str, ids: Sequence[int]) -> Q:
    """Return ``column = ANY(ids)``."""
    return Q(EqualsAny(F(column), Ids(ids)))


def among_of(column: str, ids: "models.QuerySet[Any]") -> Q:
    """Return ``column = ANY(ARRAY(SELECT ...))`` over a query of ids."""
    return Q(EqualsAny(F(column), ArrayOf(Subquery(ids))))


class Scope(ABC):
    """A rule for rows. ``|`` means any of them is enough."""

    @abstractmethod
    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the condition on the model's rows."""

    @abstractmethod
    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return, for one row, each reason with whether it holds."""

    def near(self, model: "type[Record]", by: Actor, verb: str) -> Q:  # noqa: ARG002
        """Return the rows that hang on the record at which the actor stands."""
        return NOBODY

    def __or__(self, other: "Scope") -> "Scope":
        return AnyOf((*self.parts_of(), *other.parts_of()))

    def parts_of(self) -> "tuple[Scope, ...]":
        """Return the parts that ``|`` joined."""
        return (self,)


class AnyOf(Scope):
    """The union of its parts."""

    def __init__(self, parts: tuple[Scope, ...]) -> None:
        self.parts = parts

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the OR of the parts; no condition at all where one part gives everything."""
        condition = self.near(model, by, verb)
        if condition != NOBODY:
            return condition
        for part in self.parts:
            one = part.q(model, by, verb)
            if one == EVERYBODY:
                return EVERYBODY
            if one != NOBODY:
                condition = one if condition == NOBODY else condition | one
        return condition

    def near(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the OR of what the parts find there."""
        condition = NOBODY
        for part in self.parts if by.at else ():
            one = part.near(model, by, verb)
            if one != NOBODY:
                condition = one if condition == NOBODY else condition | one
        return condition

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return the reasons of all parts."""
        return [line for part in self.parts for line in part.explain(row, by, verb)]

    def parts_of(self) -> tuple[Scope, ...]:
        """Return the parts."""
        return self.parts


class Granted(Scope):
    """Rows without owner or unit: whoever holds any grant of the verb sees all of them."""

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return everything or nothing."""
        return EVERYBODY if by.breadth(model.key(), verb) else NOBODY

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return whether a grant exists."""
        return [Because(bool(by.breadth(row.key(), verb)), _("角色对此类记录的授权"))]


class Mine(Scope):
    """Rows that belong to one person by their nature, such as saved views; no grant needed."""

    def __init__(self, user: str = "user") -> None:
        self.user = user

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:  # noqa: ARG002
        """Return the actor's own rows."""
        if by.is_system:
            return EVERYBODY
        return Q(**{self.user + "_id": by.user_id}) if by.user_id else NOBODY

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:  # noqa: ARG002
        """Return whether the row is the actor's."""
        return [Because(getattr(row, self.user + "_id") == by.user_id, _("是本人的记录"))]


class OwnedBy(Scope):
    """Rows with an owner and a unit, reached as far as the grant's breadth goes."""

    def __init__(self, owner: str = "owner", unit: str = "unit") -> None:
        self.owner, self.unit = owner, unit

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return own rows and rows of granted units."""
        breadth = by.breadth(model.key(), verb)
        if breadth.everything:
            return EVERYBODY
        condition = NOBODY
        if breadth.own and by.user_id:
            condition = Q(**{self.owner + "_id": by.user_id})
        if breadth.units and self.unit:
            units = among(self.unit + "_id", sorted(breadth.units))
            condition = units if condition == NOBODY else condition | units
        return condition

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return the three ways: everything, own, unit."""
        breadth = by.breadth(row.key(), verb)
        owned = getattr(row, self.owner + "_id") == by.user_id and by.user_id is not None
        in_unit = bool(self.unit) and getattr(row, self.unit + "_id") in breadth.units
        return [
            Because(breadth.everything, _("角色授权范围为全部数据")),
            Because(breadth.own and owned, _("本人是负责人，且角色授权包含本人数据")),
            Because(in_unit, _("记录所属部门在角色授权的部门范围内")),
        ]


class SharedWith(Scope):
    """Rows whose account team names the actor in a role that gives the verb.

    Args:
        team: reverse name of the team table on the model; its rows have ``user``, ``role`` and the
            dates ``valid_from``/``valid_to`` (exclusive, null = open).
    """

    def __init__(self, team: str = "team") -> None:
        self.team = team

    def ids(self, model: "type[Record]", by: Actor, key: str, verb: str) -> Any:
        """Return the ids of the model's rows shared with the actor for the verb on ``key``."""
        from django.utils import timezone

        relation: Any = model._meta.get_field(self.team)
        members, link = relation.related_model, relation.field.name
        today = timezone.localdate()
        return (
            members.unscoped.filter(user_id=by.user_id, role__in=by.team_roles(key, verb))
            .filter(archived_at__isnull=True, valid_from__lte=today)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
            .values(link + "_id")
        )

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the shared rows."""
        if not by.user_id or not by.team_roles(model.key(), verb):
            return NOBODY
        return among_of("id", self.ids(model, by, model.key(), verb))

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return whether the actor is in the account team with such a role."""
        shared = bool(by.team_roles(row.key(), verb)) and bool(
            self.ids(type(row), by, row.key(), verb)
            .filter(**{self.ids_link(type(row)): row.pk})
            .exists()
        )
        return [Because(shared, _("是客户协作团队成员，其团队角色给予此权限"))]

    def ids_link(self, model: "type[Record]") -> str:
        """Return the name of the column that points from the team to the model."""
        relation: Any = model._meta.get_field(self.team)
        return str(relation.field.name) + "_id"


class Via(Scope):
    """Children of a parent record (ORG-013, ORG-014, ORG-015).

    The parent's owner sees all of them, the account team what its role gives, and units as far as
    the child's own grant goes.
    """

    def __init__(self, parent: str, *, owner: str = "owner", unit: str = "unit") -> None:
        self.parent, self.owner, self.unit = parent, owner, unit

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the children of reachable parents."""
        parent = self.leads_to(model)
        column = self.parent + "_id"
        breadth = by.breadth(model.key(), verb)
        condition = self.near(model, by, verb)
        if condition != NOBODY:
            return condition
        if breadth.everything:
            return EVERYBODY
        if not by.user_id:
            return NOBODY
        if verb == "view" or breadth.own:
            own = parent.unscoped.filter(**{self.owner + "_id": by.user_id}).values("id")
            condition = among_of(column, own)
        for share in self._shares(parent):
            if by.team_roles(model.key(), verb):
                ids = share.ids(parent, by, model.key(), verb)
                shared = among_of(column, ids)
                condition = shared if condition == NOBODY else condition | shared
        if breadth.units:
            units = self._in_units(parent, column, sorted(breadth.units))
            condition = units if condition == NOBODY else condition | units
        return condition

    def near(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the children of the record at which the actor stands, if he sees them all."""
        at = by.at
        if at and at.opens_to(model.key(), verb) and self.leads_to(model).key() == at.key:
            return Q(**{self.parent + "_id": at.id})
        return NOBODY

    def _in_units(self, parent: "type[Record]", column: str, units: list[int]) -> Q:
        if self._count(parent, units) <= SMALL_PARENT_SET:
            inside = among(self.unit + "_id", units)
            return among_of(column, parent.unscoped.filter(inside).values("id"))
        unit_of = parent.unscoped.filter(id=OuterRef(column)).values(self.unit + "_id")[:1]
        return Q(EqualsAny(Subquery(unit_of), Ids(units)))

    def _count(self, parent: "type[Record]", units: list[int]) -> int:
        name = f"scope:{parent.key()}:{hash(tuple(units))}"
        found = cache.get(name)
        if found is None:
            rows = parent.unscoped.filter(**{self.unit + "_id__in": units}).values("id")
            found = rows[: SMALL_PARENT_SET + 1].count()
            cache.set(name, found, PARENT_COUNT_AGE.total_seconds())
        return int(found)

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return the ways through the parent."""
        parent = getattr(row, self.parent)
        breadth = by.breadth(row.key(), verb)
        if parent is None:
            return []
        owner = getattr(parent, self.owner + "_id") == by.user_id and by.user_id is not None
        unit = getattr(parent, self.unit + "_id") in breadth.units
        lines = [
            Because(owner and (verb == "view" or breadth.own), _("是所属客户的负责人")),
            Because(unit, _("所属客户的部门在角色授权的部门范围内")),
        ]
        for share in self._shares(type(parent)):
            roles = by.team_roles(row.key(), verb)
            ids = share.ids(type(parent), by, row.key(), verb)
            link = share.ids_link(type(parent))
            shared = bool(roles) and ids.filter(**{link: parent.pk}).exists()
            lines.append(Because(shared, _("是所属客户协作团队成员，其团队角色给予此权限")))
        return lines

    def leads_to(self, model: "type[Record]") -> "type[Record]":
        """Return the kind of the parent."""
        field: Any = model._meta.get_field(self.parent)
        related: type[Record] = field.related_model
        return related

    def _shares(self, parent: "type[Record]") -> list[SharedWith]:
        return [part for part in parent.scope.parts_of() if isinstance(part, SharedWith)]


def standing_at(row: "Record", by: Actor) -> Actor:
    """Return the actor as one who stands at a record that he sees: a page about one customer.

    For kinds of children all of which he sees, because the record is his or lies in the reach of his
    grant, a scope then reads "the children of this record" instead of searching for the parents
    that he sees; rows of other parents are out of his sight. All other kinds are read as ever. The
    caller has found the record through ``visible_to``.
    """
    level = getattr(row, row.confidential) if row.confidential else ""
    mine = by.user_id is not None and getattr(row, "owner_id", None) == by.user_id
    if by.is_system or (
        level and level not in by.cleared("view") and not (mine and by.owner_cleared)
    ):
        return by
    unit = getattr(row, "unit_id", None)
    opens = frozenset(
        key for key in _children(type(row))
        if mine or (reach := by.breadth(key, "view")).everything or unit in reach.units
    )  # fmt: skip
    return by.standing(Standpoint(row.key(), row.pk, opens))


def opened(child: "type[Record]", by: Actor) -> Q:
    """Return the condition on parents of which the reader sees every child of a kind.

    What ``standing_at`` is for one record, for many: the parents are in the reader's sight, and the
    children are seen by the owner and unit of their parent. Empty: so it is with every parent.
    """
    reach = by.breadth(child.key(), "view")
    if by.is_system or reach.everything:
        return Q()
    return Q(owner_id=by.user_id or 0) | Q(unit_id__in=sorted(reach.units))


@remembered
def _children(parent: "type[Record]") -> tuple[str, ...]:
    """Return the keys of the models whose scope leads through a record of this kind."""
    found = []
    for one in apps.get_models():
        model: Any = one
        scope: Scope | None = getattr(model, "scope", None)
        for part in scope.parts_of() if scope else ():
            plain = isinstance(part, Via) and (part.owner, part.unit) == ("owner", "unit")
            if plain and cast("Via", part).leads_to(model) is parent:
                found.append(str(model.key()))
    return tuple(found)
