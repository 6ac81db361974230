"""Forming teams across departments; each change is measured by the composition rule."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.kernel.actions import archive_record, create_record, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.policy_store import in_force
from zhike.teamwork.models import Team, TeamSeat
from zhike.teamwork.policies import CompositionFacts, TeamComposition


def create_team(model: type[Team], values: Mapping[str, Any], *, by: Actor) -> Team:
    """Form a team; it lacks everybody at first."""
    with recorded(by, "teamwork.create_team"):
        team = create_record(model, values, by=by)
        check_composition(team, by=by)
    return team


def seat_member(model: type[TeamSeat], values: Mapping[str, Any], *, by: Actor) -> TeamSeat:
    """Give somebody a seat and tell him.

    Raises:
        Invalid: he has one already.
    """
    with recorded(by, "teamwork.seat_member"):
        seat = create_record(model, values, by=by)
        check_composition(seat.team, by=by)
        title = _("您加入了“%s”") % seat.team.name
        notify([seat.user_id], title, by=by, icon="users-group", url=team_url(seat.team_id))
    return seat


def leave_seat(
    model: type[TeamSeat],
    target: "TeamSeat | int",
    *,
    by: Actor,
    version: int | None = None,
    undo: bool = False,
) -> TeamSeat:
    """Take a seat away, or give it back with ``undo``."""
    with recorded(by, "teamwork.leave_seat"):
        seat = archive_record(model, target, by=by, version=version, undo=undo)
        check_composition(seat.team, by=by)
    return seat


def check_composition(team: Team, *, by: Actor) -> list[str]:
    """Write down which required functions the team lacks, and warn its leader when that grows."""
    seats = TeamSeat.unscoped.filter(team=team, archived_at=None, user__is_active=True)
    facts = CompositionFacts(
        kind=str(team.kind), functions=tuple(seats.values_list("function", flat=True))
    )
    params = in_force(TeamComposition.id)[1]
    missing: list[str] = list(TeamComposition().decide(facts, params).outcome)
    with translation.override("zh-hans"):
        words = "、".join(str(TeamSeat.Function(name).label) for name in missing)
    if words != team.missing:
        grown = len(words) > len(str(team.missing))
        team.missing = words
        store(team, by=by, fields=["missing"])
        if grown and team.owner_id:
            title = _("“%(team)s”缺少%(words)s人员") % {"team": team.name, "words": words}
            notify([team.owner_id], title, by=by, icon="users-group", url=team_url(team.pk))
    return missing


def check_all_teams() -> None:
    """Measure every team again: people leave, and the rule changes."""
    by = SYSTEM(reason=TeamComposition.id)
    with recorded(by, "teamwork.check_all_teams"):
        for team in Team.unscoped.filter(archived_at=None).select_for_update():
            check_composition(team, by=by)


def team_url(pk: int | None) -> str:
    """Return the team's page."""
    return f"/teamwork/team/{pk}/"
