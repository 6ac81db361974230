"""The steps in talking with customers: plan, log, comment, answer, and what to-dos become."""

from zhike.interactions.actions.behaviour import (
    create_behaviour,
    forget_behaviour,
    purge_behaviour,
)
from zhike.interactions.actions.channels import create_channel, edit_channel, ensure_registers
from zhike.interactions.actions.comments import add_comment
from zhike.interactions.actions.effect import count_effect
from zhike.interactions.actions.guides import (
    approve_template,
    approve_track,
    create_text,
    edit_text,
    retire_template,
    retire_track,
    revise_template,
    revise_track,
    submit_template,
    submit_track,
)
from zhike.interactions.actions.inquiries import (
    accept_inquiry,
    answer_inquiry,
    close_inquiry,
    create_inquiry,
    forward_inquiry,
    raise_inquiry,
)
from zhike.interactions.actions.log import (
    archive_interaction,
    create_interaction,
    edit_interaction,
    log_interaction,
)
from zhike.interactions.actions.people import announce, ask_a_person, ask_about_message
from zhike.interactions.actions.photos import add_photo, log_visit
from zhike.interactions.actions.plans import cancel_plan, create_plan, move_plan, plan_contact
from zhike.interactions.actions.raising import raise_todo, settle_todos
from zhike.interactions.actions.robots import deliver, set_robot_address, tell_robots, test_robot
from zhike.interactions.actions.social import create_post, log_post, reply_post
from zhike.interactions.actions.todos import (
    complete_todo,
    create_todo,
    drop_todo,
    postpone_todo,
    reassign_todos,
    reopen_todo,
)
from zhike.interactions.actions.visits import answer_review, review_visit

__all__ = [
    "accept_inquiry", "add_comment", "add_photo", "announce", "answer_inquiry", "answer_review",
    "approve_template", "approve_track", "archive_interaction", "ask_a_person", "ask_about_message", "cancel_plan",
    "close_inquiry", "complete_todo", "count_effect", "create_behaviour", "create_channel", "create_inquiry",
    "create_interaction", "create_plan", "create_post", "create_text", "create_todo", "deliver",
    "drop_todo", "edit_channel", "edit_interaction", "edit_text", "ensure_registers",
    "forget_behaviour", "forward_inquiry", "log_interaction", "log_post", "log_visit",
    "move_plan", "plan_contact", "postpone_todo",
    "purge_behaviour", "raise_inquiry", "raise_todo", "reassign_todos", "reopen_todo", "reply_post",
    "retire_template",
    "retire_track", "review_visit", "revise_template", "revise_track", "set_robot_address",
    "settle_todos", "submit_template", "submit_track", "tell_robots", "test_robot",
]  # fmt: skip
