"""In which account-team roles a person stands at all: tells ``trust`` what may be open to him."""

from django.utils import timezone

from zhike.customers.models import TeamMember
from zhike.identity.queries import valid_on
from zhike.trust.queries import provide_team_roles


def team_roles_held(user_id: int) -> set[str]:
    """Return the roles that the person holds today in any account team."""
    rows = TeamMember.unscoped.filter(valid_on(timezone.localdate()), user_id=user_id)
    return set(rows.values_list("role", flat=True).distinct())


provide_team_roles(team_roles_held)
