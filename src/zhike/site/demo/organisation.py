"""Builds departments, posts and colleagues, with random passwords."""

import datetime as dt
from dataclasses import dataclass, field

from zhike.identity.actions.organisation import create_unit, join_unit
from zhike.identity.actions.passwords import one_time_password, set_password
from zhike.identity.actions.people import create_user
from zhike.identity.actions.roles import assign_role
from zhike.identity.models import OrgUnit, Post, Role, User
from zhike.kernel.actions import create_record, edit_record, lock, store
from zhike.kernel.actor import Actor
from zhike.site.demo import people
from zhike.trust.queries import actor_for

MARK = {"demo": True}


@dataclass(slots=True)
class Staff:
    """The company's units by code, and its people by sign-in name with their passwords."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        """Return the Actor of a colleague, as from a terminal."""
        return actor_for(self.users[username], channel="cli")

    def unit_of(self, username: str) -> OrgUnit | None:
        """Return the department in which a colleague works."""
        found = (one.department for one in people.COLLEAGUES if one.username == username)
        return self.units.get(next(found, ""))

    def lines(self) -> list[str]:
        """Return one line for each account: sign-in name, password, who it is."""
        return [
            f"{one.username:<12} {self.passwords[one.username]}  {one.name} {one.post}"
            for one in people.COLLEAGUES
        ]


def hire(by: Actor, since: dt.date) -> Staff:
    """Create everybody, in their departments since a day, each with the role of the post."""
    staff = Staff()
    for department in people.DEPARTMENTS:
        values = {"code": department.code, "name": department.name, "kind": department.kind}
        parent = staff.units.get(department.parent)
        staff.units[department.code] = create_unit(
            OrgUnit, values, by=by, parent=parent, valid_from=since
        )
    posts = {
        name: create_record(Post, {"code": f"P{number:02d}", "name": name}, by=by)
        for number, name in enumerate(people.POSTS, 1)
    }
    roles = {role.code: role for role in Role.unscoped.filter(archived_at=None)}
    for colleague in people.COLLEAGUES:
        _employ(colleague, staff, posts, roles, by, since)
    for code, username in people.LEADERS.items():
        values = {"leader": staff.users[username].pk}
        edit_record(OrgUnit, staff.units[code].pk, values, by=by)
    return staff


def _employ(
    colleague: people.Colleague,
    staff: Staff,
    posts: dict[str, Post],
    roles: dict[str, Role],
    by: Actor,
    since: dt.date,
) -> None:
    values = {
        "username": colleague.username,
        "display_name": colleague.name,
        "email": f"{colleague.username}@donglan.example.com",
    }
    user = create_user(User, values, by=by)
    user = lock(User, user, by=by, verb="change")
    user.extra = dict(MARK)
    password = one_time_password()
    set_password(user, password, by=by)
    store(user, by=by, fields=["extra"])
    unit, post = staff.units[colleague.department], posts[colleague.post]
    join_unit(user, by=by, unit=unit, post=post, valid_from=since)
    assign_role(user, roles[colleague.role], by=by, valid_from=since)
    user.refresh_from_db()
    staff.users[colleague.username] = user
    staff.passwords[colleague.username] = password
