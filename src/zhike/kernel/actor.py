"""The Actor: who acts, with which rights, through which door. The one argument of every door."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

VERBS = ("view", "create", "change", "archive", "export", "import", "reveal", "approve", "assign")
LEVELS = ("public", "internal", "confidential", "secret")  # of confidentiality, rising
OPEN_LEVELS = frozenset({"public", "internal"})  # what a person sees without any clearance
FIELD_ACCESS = ("hidden", "masked", "readonly", "editable")


@dataclass(frozen=True, slots=True)
class Breadth:
    """How far a grant reaches: everything, or own records, or the records of some units.

    Several grants of one person add up by ``|``.
    """

    everything: bool = False
    own: bool = False
    units: frozenset[int] = frozenset()

    def __or__(self, other: "Breadth") -> "Breadth":
        return Breadth(
            self.everything or other.everything, self.own or other.own, self.units | other.units
        )

    def __bool__(self) -> bool:
        return self.everything or self.own or bool(self.units)

    @property
    def own_only(self) -> bool:
        """Whether it reaches no farther than own records, which are few."""
        return not self.everything and not self.units


_numbers = count(1)


@lru_cache(maxsize=512)
def _number_of(rights: Any) -> int:  # noqa: ARG001
    return next(_numbers)


NOTHING = Breadth()
EVERYTHING = Breadth(everything=True)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A record that an actor sees, and the kinds of its children all of which he sees."""

    key: str
    id: int
    opens: frozenset[str]

    def opens_to(self, child: str, verb: str) -> bool:
        """Tell whether all children of this kind are seen; standing is for looking only."""
        return verb == "view" and child in self.opens


@dataclass(frozen=True)
class Actor:
    """Everything that authorisation needs to know, read once per request by ``trust``.

    Attributes:
        user_id: the person, or None for the system and for anonymous.
        name: as shown in history.
        unit_ids: units the person belongs to now; the first is the primary one.
        grants: (resource key, verb) -> Breadth.
        team_rights: account-team role -> the (resource key, verb) pairs that it gives.
        field_rules: (resource key, field) -> one of ``FIELD_ACCESS``.
        channel: web, api, job, import, cli, portal.
        request_id: groups all that one request wrote.
        clearances: door (view, export, print) -> levels of confidentiality that the actor may pass;
        owner_cleared: owners and account teams see their own records at any level.
        at: the record that the actor was found to see, see ``scope.standing_at``;
        system_reason: set for the super-actor only; audited.
    """

    user_id: int | None
    name: str = ""
    unit_ids: tuple[int, ...] = ()
    grants: Mapping[tuple[str, str], Breadth] = field(default_factory=dict)
    team_rights: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    field_rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    clearances: Mapping[str, frozenset[str]] = field(default_factory=dict)
    owner_cleared: bool = True
    channel: str = "web"
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    system_reason: str = ""
    at: Standpoint | None = None

    @property
    def is_system(self) -> bool:
        """Whether this is the audited super-actor."""
        return bool(self.system_reason)

    @property
    def unit_id(self) -> int | None:
        """The primary unit, given to records that the person creates."""
        return self.unit_ids[0] if self.unit_ids else None

    def breadth(self, resource: str, verb: str) -> Breadth:
        """Return how far the actor may use the verb on the resource."""
        if self.is_system:
            return EVERYTHING
        return self.grants.get((resource, verb), NOTHING)

    def may(self, resource: str, verb: str) -> bool:
        """Tell whether any grant or account-team role gives the verb on the resource at all."""
        return bool(self.breadth(resource, verb)) or any(
            (resource, verb) in rights for rights in self.team_rights.values()
        )

    def team_roles(self, resource: str, verb: str) -> list[str]:
        """Return the account-team roles through which the verb on the resource is given."""
        return [role for role, rights in self.team_rights.items() if (resource, verb) in rights]

    def field_access(self, resource: str, name: str, *, personal: bool = False) -> str:
        """Return hidden, masked, readonly or editable; personal fields are masked by default."""
        if self.is_system:
            return "editable"
        return self.field_rules.get((resource, name), "masked" if personal else "editable")

    def cleared(self, verb: str) -> frozenset[str]:
        """Return the levels of confidentiality at which the actor may use the verb."""
        if self.is_system:
            return frozenset(LEVELS)
        return self.clearances.get(verb if verb in {"export", "print"} else "view", OPEN_LEVELS)

    @cached_property
    def shape(self) -> int:
        """A number for these rights without the person: equal rights have the same number."""
        return _number_of(
            (
                self.is_system,
                self.user_id is None,
                self.unit_ids,
                frozenset(self.grants.items()),
                frozenset(self.team_rights.items()),
                frozenset(self.field_rules.items()),
                frozenset(self.clearances.items()),
                self.owner_cleared,
            )
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave the number out of what travels: it means something in this process only."""
        return {name: value for name, value in self.__dict__.items() if name != "shape"}

    def through(self, channel: str) -> "Actor":
        """Return the same actor coming through another door."""
        return self.with_same_rights(channel=channel)

    def with_same_rights(self, **changes: Any) -> "Actor":
        """Return the actor with other marks: ``name``, ``channel``, ``request_id``, ``user_id``."""
        made = replace(self, **changes)
        made.__dict__["shape"] = self.shape  # the same rights: not counted again
        return made

    def stands_at(self, key: str, pk: int) -> bool:
        """Tell whether the actor was found to see this record."""
        return self.at is not None and (self.at.key, self.at.id) == (key, pk)

    def standing(self, at: Standpoint) -> "Actor":
        """Return the actor as one who stands at a record; see ``scope.standing_at``."""
        made = replace(self, at=at)
        made.__dict__["shape"] = _number_of((self.shape, at.key, at.opens))
        return made


ANONYMOUS = Actor(user_id=None, name="")


def SYSTEM(*, reason: str) -> Actor:  # noqa: N802  (a loud name for a loud thing)
    """Return the only super-actor. Its reason stands in the history of all that it writes."""
    return Actor(user_id=None, name="系统", channel="job", system_reason=reason)
