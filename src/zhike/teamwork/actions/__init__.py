"""The only writes of working together."""

from zhike.teamwork.actions import (
    conflicts,
    feedback,
    improvement,
    meetings,
    processes,
    reports,
    reviews,
    suggestions,
    teams,
)
from zhike.teamwork.queries import voice  # noqa: F401  (offers feedback to who listens)

__all__ = [
    "conflicts",
    "feedback",
    "improvement",
    "meetings",
    "processes",
    "reports",
    "reviews",
    "suggestions",
    "teams",
]
