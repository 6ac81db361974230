"""What rules may choose from: the functions of a team."""

from zhike.rulebook.queries.offers import provide_offer
from zhike.teamwork.models import TeamSeat

provide_offer("functions", lambda: TeamSeat.Function.choices)
