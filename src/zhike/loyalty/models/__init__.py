"""Tables of care, gifts, activities, relations, notes and win-back."""

from zhike.loyalty.models.activities import Activity, Invitee
from zhike.loyalty.models.care import CareItem, Consent, ImportantDate
from zhike.loyalty.models.gifts import Gift
from zhike.loyalty.models.notes import Note
from zhike.loyalty.models.plans import DeepeningPlan, PlanGoal, RelationStep
from zhike.loyalty.models.trusting import DriverRecord, RelationHealth, TrustIndicator
from zhike.loyalty.models.winback import WinBackCase, WinBackProgramme

__all__ = [
    "Activity",
    "CareItem",
    "Consent",
    "DeepeningPlan",
    "DriverRecord",
    "Gift",
    "ImportantDate",
    "Invitee",
    "Note",
    "PlanGoal",
    "RelationHealth",
    "RelationStep",
    "TrustIndicator",
    "WinBackCase",
    "WinBackProgramme",
]
