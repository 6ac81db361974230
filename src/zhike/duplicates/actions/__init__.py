"""Everything that finds, judges, merges and separates duplicates."""

from zhike.duplicates.actions.checks import check
from zhike.duplicates.actions.entry import as_plain, typed_values
from zhike.duplicates.actions.index import index_waiting, reindex
from zhike.duplicates.actions.judge import ignore_pair, relate_pair, reopen_pair
from zhike.duplicates.actions.merge import merge_records, mergeable_fields
from zhike.duplicates.actions.scan import run_scan, start_scan
from zhike.duplicates.actions.undo import undo_merge

__all__ = [
    "as_plain",
    "check",
    "ignore_pair",
    "index_waiting",
    "merge_records",
    "mergeable_fields",
    "reindex",
    "relate_pair",
    "reopen_pair",
    "run_scan",
    "start_scan",
    "typed_values",
    "undo_merge",
]
