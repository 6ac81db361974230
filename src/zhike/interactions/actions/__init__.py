"""The steps in talking with customers: log, comment, and what becomes of to-dos."""

from zhike.interactions.actions.comments import add_comment
from zhike.interactions.actions.log import (
    archive_interaction,
    create_interaction,
    edit_interaction,
    log_interaction,
)
from zhike.interactions.actions.people import announce, ask_a_person
from zhike.interactions.actions.raising import raise_todo, settle_todos
from zhike.interactions.actions.todos import (
    complete_todo,
    create_todo,
    drop_todo,
    postpone_todo,
    reassign_todos,
    reopen_todo,
)

__all__ = [
    "add_comment", "announce", "archive_interaction", "ask_a_person", "complete_todo",
    "create_interaction", "create_todo", "drop_todo", "edit_interaction", "log_interaction",
    "postpone_todo", "raise_todo", "reassign_todos", "reopen_todo", "settle_todos",
]  # fmt: skip
