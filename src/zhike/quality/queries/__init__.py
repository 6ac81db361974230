"""Reads of data quality beyond a filter."""

from zhike.quality.queries.dictionary import (
    DictionaryLine,
    Governed,
    dictionary,
    governance,
    mismatches,
)
from zhike.quality.queries.figures import (
    Figures,
    aggregates,
    figures,
    flow_report,
    score_of,
    worklist,
)
from zhike.quality.queries.outside import (
    campaign_lines,
    cleaning_state,
    form_of,
    link_of,
    masked_values,
    similar,
)
from zhike.quality.queries.provenance import FieldOrigin, behaviour, provenance

__all__ = [
    "DictionaryLine", "FieldOrigin", "Figures", "Governed", "aggregates", "behaviour",
    "campaign_lines", "cleaning_state", "dictionary", "figures", "flow_report", "form_of",
    "governance", "link_of", "masked_values", "mismatches", "provenance", "score_of", "similar", "worklist",
]  # fmt: skip
