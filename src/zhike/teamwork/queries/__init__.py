"""Reads of working together: the board, the matrix of a process, the figures of a report."""

from zhike.teamwork.queries.board import (
    Board,
    board,
    feedback_queue,
    incomplete_teams,
    overdue_meetings,
    process_matrix,
)
from zhike.teamwork.queries.report import figures_of, report, report_intact, report_paper
from zhike.teamwork.queries.tiers import (
    Tier,
    adoption,
    compliance,
    improvement_items,
    overdue_contacts,
    reports_waiting,
    tier_of,
    unit_figures,
)

__all__ = [
    "Board",
    "Tier",
    "adoption",
    "board",
    "compliance",
    "feedback_queue",
    "figures_of",
    "improvement_items",
    "incomplete_teams",
    "overdue_contacts",
    "overdue_meetings",
    "process_matrix",
    "report",
    "report_intact",
    "report_paper",
    "reports_waiting",
    "tier_of",
    "unit_figures",
]
