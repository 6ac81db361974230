"""The steps of the pool: give back, claim, assign, recycle, ask, register, decide."""

from zhike.pool.actions.claiming import assign_from_pool, claim, open_pooled
from zhike.pool.actions.recycling import dry_run, recycle, undo_run
from zhike.pool.actions.releasing import release
from zhike.pool.actions.requests import ask_extension, decide_request

__all__ = [
    "ask_extension", "assign_from_pool", "claim", "decide_request", "dry_run", "open_pooled",
    "recycle", "release", "undo_run",
]  # fmt: skip
