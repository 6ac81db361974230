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
