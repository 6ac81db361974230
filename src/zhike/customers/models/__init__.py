"""Organisations and persons, how they belong together, and how the handbook classes them."""

from zhike.customers.models.customer import (
    LIVE,
    SEGMENTED,
    AbcGrade,
    Confidentiality,
    Customer,
    Grade,
    Lifecycle,
    Position,
    Size,
    new_codes,
)
from zhike.customers.models.grades import GradeAssessment, GradeOverride, GradingRun
from zhike.customers.models.people import Affiliation, Person
from zhike.customers.models.relations import CustomerRelation, TeamMember, TeamRole
from zhike.customers.models.tags import CustomerTag, Dimension, Tag

__all__ = [
    "LIVE",
    "SEGMENTED",
    "AbcGrade",
    "Affiliation",
    "Confidentiality",
    "Customer",
    "CustomerRelation",
    "CustomerTag",
    "Dimension",
    "Grade",
    "GradeAssessment",
    "GradeOverride",
    "GradingRun",
    "Lifecycle",
    "Person",
    "Position",
    "Size",
    "Tag",
    "TeamMember",
    "TeamRole",
    "new_codes",
]
