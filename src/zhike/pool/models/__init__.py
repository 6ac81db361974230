"""Tables of the pool: pools and members, what lies in them, the ownership ledger, claims on customers."""

from zhike.pool.models.desk import Conflict, Registration
from zhike.pool.models.ledger import Cause, Ownership
from zhike.pool.models.pools import Pool, PoolEntry, PoolMember, PoolView, Protection, RecycleRun
from zhike.pool.models.requests import PoolRequest
from zhike.pool.models.transfers import BulkTransfer, TransferBatch

__all__ = [
    "BulkTransfer", "Cause", "Conflict", "Ownership", "Pool", "PoolEntry", "PoolMember", "PoolRequest",
    "PoolView", "Protection", "RecycleRun", "Registration", "TransferBatch",
]  # fmt: skip
