"""The grading standards: by yearly spend, B2B A/B/C, and the enterprise's own."""

from zhike.customers.policies.abc_grade import AbcGradePolicy
from zhike.customers.policies.custom_grade import CustomGradePolicy
from zhike.customers.policies.grade import GradePolicy

__all__ = ["AbcGradePolicy", "CustomGradePolicy", "GradePolicy"]
