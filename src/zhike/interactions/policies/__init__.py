"""The rules of talking with customers: pure, dated, explained."""

from zhike.interactions.policies.automation_review import (
    AutomationReview,
    ReviewFacts,
    ReviewParams,
)
from zhike.interactions.policies.behaviour import (
    BehaviourFacts,
    BehaviourParams,
    BehaviourRule,
)
from zhike.interactions.policies.contact_cadence import (
    GRADES,
    LIFECYCLES,
    CadenceFacts,
    CadenceParams,
    ContactCadence,
)
from zhike.interactions.policies.contact_ceiling import (
    CeilingFacts,
    CeilingParams,
    ContactCeiling,
)
from zhike.interactions.policies.contact_effect import (
    EffectFacts,
    EffectParams,
    EffectWindow,
)
from zhike.interactions.policies.inquiry_time import (
    InquiryFacts,
    InquiryParams,
    InquiryTime,
)
from zhike.interactions.policies.visit_record import (
    VisitRecordFacts,
    VisitRecordParams,
    VisitRecordRule,
)

__all__ = [
    "GRADES", "LIFECYCLES", "AutomationReview", "BehaviourFacts", "BehaviourParams",
    "BehaviourRule", "CadenceFacts", "CadenceParams", "CeilingFacts", "CeilingParams",
    "ContactCadence", "ContactCeiling", "EffectFacts", "EffectParams", "EffectWindow",
    "InquiryFacts", "InquiryParams", "InquiryTime", "ReviewFacts", "ReviewParams", "VisitRecordFacts",
    "VisitRecordParams", "VisitRecordRule",
]  # fmt: skip
