"""Everything that changes care, gifts, activities, relations and win-back."""

from zhike.loyalty.actions.activities import (
    answer_invitation,
    approve_activity,
    cancel_activity,
    close_activity,
    create_invitee,
    edit_activity,
    hold_activity,
    invite_segment,
    record_attendance,
    reject_activity,
    submit_activity,
)
from zhike.loyalty.actions.care import complete_care, plan_care, skip_care
from zhike.loyalty.actions.consents import create_consent
from zhike.loyalty.actions.establishing import (
    begin_if_due,
    begin_relation,
    complete_step,
    skip_step,
)
from zhike.loyalty.actions.following import follow_todo
from zhike.loyalty.actions.gifts import (
    approve_gift,
    cancel_gift,
    create_gift,
    edit_gift,
    give_gift,
    reject_gift,
)
from zhike.loyalty.actions.health import score_relations
from zhike.loyalty.actions.plans import (
    assess_trust,
    close_plan,
    create_goal,
    create_note,
    edit_goal,
    start_plan,
)
from zhike.loyalty.actions.visits import note_visit, plan_visits
from zhike.loyalty.actions.winback import (
    close_programme,
    close_win_back,
    list_lost,
    plan_win_back,
    track_reorders,
)

__all__ = [
    "answer_invitation",
    "approve_activity",
    "approve_gift",
    "assess_trust",
    "begin_if_due",
    "begin_relation",
    "cancel_activity",
    "cancel_gift",
    "close_activity",
    "close_plan",
    "close_programme",
    "close_win_back",
    "complete_care",
    "complete_step",
    "create_consent",
    "create_gift",
    "create_goal",
    "create_invitee",
    "create_note",
    "edit_activity",
    "edit_gift",
    "edit_goal",
    "follow_todo",
    "give_gift",
    "hold_activity",
    "invite_segment",
    "list_lost",
    "note_visit",
    "plan_care",
    "plan_visits",
    "plan_win_back",
    "record_attendance",
    "reject_activity",
    "reject_gift",
    "score_relations",
    "skip_care",
    "skip_step",
    "start_plan",
    "submit_activity",
    "track_reorders",
]
