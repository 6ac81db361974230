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

__all__ = [
    "Board",
    "board",
    "feedback_queue",
    "figures_of",
    "incomplete_teams",
    "overdue_meetings",
    "process_matrix",
    "report",
    "report_intact",
    "report_paper",
]
