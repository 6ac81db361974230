"""The steps of the pool: give back, claim, assign, recycle, ask, register, decide."""

from zhike.pool.actions.claiming import assign_from_pool, claim, open_pooled
from zhike.pool.actions.deciding import appeal_conflict, decide_conflict
from zhike.pool.actions.recycling import recycle, undo_run
from zhike.pool.actions.registering import (
    expire_registrations,
    extend_registration,
    register_company,
    withdraw_registration,
)
from zhike.pool.actions.releasing import gather_new, put_in_pool, release
from zhike.pool.actions.requests import ask_extension, decide_request
from zhike.pool.actions.setting import hide_fields
from zhike.pool.actions.transferring import resume_transfer, start_transfer, stop_transfer

__all__ = [
    "appeal_conflict", "ask_extension", "assign_from_pool", "claim", "decide_conflict",
    "decide_request", "expire_registrations", "extend_registration", "gather_new", "hide_fields",
    "open_pooled", "put_in_pool", "recycle", "register_company", "release", "resume_transfer",
    "start_transfer", "stop_transfer", "undo_run", "withdraw_registration",
]  # fmt: skip
