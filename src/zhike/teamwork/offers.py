"""What rules may choose from: kinds of teams and the functions in them."""

from zhike.rulebook.queries.offers import provide_offer
from zhike.teamwork.models import Team, TeamSeat

provide_offer("team_kinds", lambda: Team.Kind.choices)
provide_offer("functions", lambda: TeamSeat.Function.choices)
