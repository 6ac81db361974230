"""Everything that changes needs and what belongs to them."""

from zhike.needs.actions.board import decide_idea, edit_idea, remark_idea, vote_idea
from zhike.needs.actions.cycle import keep_cycle
from zhike.needs.actions.documents import (
    approve_document,
    deliver_document,
    draft_customer_document,
    draft_meeting_document,
    draft_project_document,
    new_document_version,
    reject_document,
    sign_document,
    submit_document,
    write_clauses,
)
from zhike.needs.actions.fulfilment import (
    confirm_need,
    decline_need,
    deliver_need,
    promise_need,
    reopen_need,
    tell_customer,
)
from zhike.needs.actions.guests import (
    GuestEntry,
    create_board_link,
    enter_board,
    guest_propose,
    guest_remark,
    guest_vote,
)
from zhike.needs.actions.improvements import (
    ask_for_reviews,
    decide_review,
    drop_improvement,
    link_need,
    release_improvement,
    tell_improvement,
)
from zhike.needs.actions.meetings import (
    assign_task,
    cancel_meeting,
    create_meeting,
    gather_topics,
    hold_meeting,
    invite,
)
from zhike.needs.actions.moderation import (
    publish_idea,
    publish_remark,
    refuse_idea,
    refuse_remark,
)
from zhike.needs.actions.need import (
    analyse_need,
    answer_need,
    create_need,
    edit_need,
    ensure_types,
)
from zhike.needs.actions.projects import move_project
from zhike.needs.actions.research import finish_research, start_research, stop_research
from zhike.needs.actions.suggestions import (
    confirm_suggestion,
    dismiss_suggestion,
    hear,
    hear_all,
    listen,
)
from zhike.needs.actions.sweeps import ask_again, escalate

__all__ = [
    "GuestEntry",
    "analyse_need",
    "answer_need",
    "approve_document",
    "ask_again",
    "ask_for_reviews",
    "assign_task",
    "cancel_meeting",
    "confirm_need",
    "confirm_suggestion",
    "create_board_link",
    "create_meeting",
    "create_need",
    "decide_idea",
    "decide_review",
    "decline_need",
    "deliver_document",
    "deliver_need",
    "dismiss_suggestion",
    "draft_customer_document",
    "draft_meeting_document",
    "draft_project_document",
    "drop_improvement",
    "edit_idea",
    "edit_need",
    "ensure_types",
    "enter_board",
    "escalate",
    "finish_research",
    "gather_topics",
    "guest_propose",
    "guest_remark",
    "guest_vote",
    "hear",
    "hear_all",
    "hold_meeting",
    "invite",
    "keep_cycle",
    "link_need",
    "listen",
    "move_project",
    "new_document_version",
    "promise_need",
    "publish_idea",
    "publish_remark",
    "refuse_idea",
    "refuse_remark",
    "reject_document",
    "release_improvement",
    "remark_idea",
    "reopen_need",
    "sign_document",
    "start_research",
    "stop_research",
    "submit_document",
    "tell_customer",
    "tell_improvement",
    "vote_idea",
    "write_clauses",
]  # fmt: skip
