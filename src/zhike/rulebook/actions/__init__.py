"""Steps on documents and on the versions of rules."""

from zhike.rulebook.actions import (
    clauses,
    documents,
    editions,
    shipping,
    signatures,
    simulations,
    versions,
)

__all__ = [
    "clauses",
    "documents",
    "editions",
    "shipping",
    "signatures",
    "simulations",
    "versions",
]
