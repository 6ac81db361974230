"""Teams across departments, what they hear, decide and improve, and what they report."""

from zhike.teamwork.models.review import DepartmentReview
from zhike.teamwork.models.working import (
    ActionConflict,
    AlignmentMeeting,
    Feedback,
    ImprovementItem,
    Process,
    ProcessRole,
    ProcessStep,
    StatusReport,
    Suggestion,
    Team,
    TeamSeat,
)

__all__ = [
    "ActionConflict",
    "AlignmentMeeting",
    "DepartmentReview",
    "Feedback",
    "ImprovementItem",
    "Process",
    "ProcessRole",
    "ProcessStep",
    "StatusReport",
    "Suggestion",
    "Team",
    "TeamSeat",
]
