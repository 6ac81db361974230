"""Reads of duplicates: the live check, pairs, merges and where a merged record went."""

from zhike.duplicates.matching.compare import load_tables
from zhike.duplicates.queries.live import Candidate, Match, candidates, matches, vocabulary
from zhike.duplicates.queries.merged import active_merge, survivor_of, undoable

__all__ = [
    "Candidate",
    "Match",
    "active_merge",
    "candidates",
    "load_tables",
    "matches",
    "survivor_of",
    "undoable",
    "vocabulary",
]
