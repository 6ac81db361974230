"""Everything that writes classes, segments, cards and reviews."""

from zhike.segments.actions.cards import carry_out, open_card
from zhike.segments.actions.classify import run_schemes
from zhike.segments.actions.clusters import recluster
from zhike.segments.actions.grants import apply_grants, end_grant, grant_segment
from zhike.segments.actions.offers import recommend
from zhike.segments.actions.reviews import (
    complete_review,
    open_due_review,
    return_review,
    sign_review,
)
from zhike.segments.actions.segments import (
    add_to_list,
    define_segment,
    plan_todos,
    refresh_list,
    save_segment,
    tag_members,
)

__all__ = [
    "add_to_list",
    "apply_grants",
    "carry_out",
    "complete_review",
    "define_segment",
    "end_grant",
    "grant_segment",
    "open_card",
    "open_due_review",
    "plan_todos",
    "recluster",
    "recommend",
    "refresh_list",
    "return_review",
    "run_schemes",
    "save_segment",
    "sign_review",
    "tag_members",
]
