"""The steps of the pool: give back, claim, assign, recycle, ask, register, decide."""

from zhike.pool.actions.claiming import assign_from_pool, claim, open_pooled
from zhike.pool.actions.deciding import appeal_conflict, decide_conflict
from zhike.pool.actions.recycling import dry_run, recycle, undo_run
from zhike.pool.actions.registering import (
    expire_registrations,
    extend_registration,
    register_company,
    withdraw_registration,
)
from zhike.pool.actions.releasing import release
from zhike.pool.actions.requests import ask_extension, decide_request

__all__ = [
    "appeal_conflict", "ask_extension", "assign_from_pool", "claim", "decide_conflict",
    "decide_request", "dry_run", "expire_registrations", "extend_registration", "open_pooled",
    "recycle", "register_company", "release", "undo_run", "withdraw_registration",
]  # fmt: skip
