"""The rules about needs: pure, dated, explained."""

from zhike.needs.policies.answer_time import AnswerFacts, AnswerParams, AnswerTime
from zhike.needs.policies.feedback import Feedback, FeedbackFacts, FeedbackParams
from zhike.needs.policies.guests import GuestFacts, GuestParams, GuestRules
from zhike.needs.policies.listening import Listening, ListeningFacts, ListeningParams, TypeTerms
from zhike.needs.policies.meeting_cycle import CycleFacts, CycleParams, MeetingCycle
from zhike.needs.policies.ranking import Ranking, RankingFacts, RankingParams
from zhike.needs.policies.strategy_review import ReviewFacts, ReviewParams, StrategyReviewRule

__all__ = [
    "AnswerFacts", "AnswerParams", "AnswerTime", "CycleFacts", "CycleParams", "Feedback",
    "FeedbackFacts", "FeedbackParams", "GuestFacts", "GuestParams", "GuestRules", "Listening",
    "ListeningFacts", "ListeningParams", "MeetingCycle", "Ranking", "RankingFacts",
    "RankingParams", "ReviewFacts", "ReviewParams", "StrategyReviewRule", "TypeTerms",
]  # fmt: skip
