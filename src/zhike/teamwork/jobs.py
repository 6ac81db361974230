"""Scheduled work: plan and flag meetings, measure teams, draw up reports and reviews."""

from zhike.kernel.jobs import every
from zhike.teamwork.actions.meetings import flag_overdue, plan_meetings
from zhike.teamwork.actions.reports import draw_up_reports
from zhike.teamwork.actions.reviews import review_departments
from zhike.teamwork.actions.teams import check_all_teams


@every("20 5 * * *", "teamwork.morning")
def morning() -> None:
    """Bring meetings, teams and reports in line with the rules."""
    plan_meetings()
    flag_overdue()
    check_all_teams()
    draw_up_reports()
    review_departments()
