"""The tables of needs: what customers need, how we worked it out, and what came of it."""

from zhike.needs.models.board import BoardLink, Idea, Remark, Vote
from zhike.needs.models.document import Clause, NeedsDocument, Receipt
from zhike.needs.models.insight import Improvement, ImprovementNeed, StrategyReview, Suggestion
from zhike.needs.models.links import NeedOpportunity, NeedProduct
from zhike.needs.models.meeting import Attendee, Meeting, Topic
from zhike.needs.models.need import Need, NeedType
from zhike.needs.models.project import Financing, Project, ProjectMember
from zhike.needs.models.research import Research

__all__ = [
    "Attendee", "BoardLink", "Clause", "Financing", "Idea", "Improvement", "ImprovementNeed", "Meeting", "Need",
    "NeedOpportunity", "NeedProduct", "NeedType", "NeedsDocument", "Project",
    "ProjectMember", "Receipt", "Remark", "Research", "StrategyReview", "Suggestion", "Topic", "Vote",
]  # fmt: skip
