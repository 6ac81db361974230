"""The rules of duplicates: what counts as the same, what happens at entry, how long a merge can be undone."""

from zhike.duplicates.policies.handling import (
    EntryFacts,
    EntryParams,
    EntryPolicy,
    MergeFacts,
    MergeParams,
    MergePolicy,
)
from zhike.duplicates.policies.likeness import (
    CustomerFacts,
    CustomerLikeness,
    CustomerParams,
    PersonFacts,
    PersonLikeness,
    PersonParams,
)

__all__ = [
    "CustomerFacts",
    "CustomerLikeness",
    "CustomerParams",
    "EntryFacts",
    "EntryParams",
    "EntryPolicy",
    "MergeFacts",
    "MergeParams",
    "MergePolicy",
    "PersonFacts",
    "PersonLikeness",
    "PersonParams",
]
