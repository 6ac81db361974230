"""The days that one touch offers for a next step or a to-do; never a day off."""

import datetime as dt
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from zhike.identity.queries import working_calendar

A_WEEK = 7
KEPT_SECONDS = 60  # an offer of days, not a deadline
NAMES = {1: _("下一工作日"), 3: _("3 个工作日后"), 7: _("一周后"), 14: _("两周后")}


def preset_days(today: dt.date) -> dict[int, tuple[dt.date, Any]]:
    """Return offer -> (day, name): below a week in working days, else whole weeks rolled on."""
    calendar = cache.get_or_set("web:presets", working_calendar, KEPT_SECONDS)
    found = {}
    for offer, name in NAMES.items():
        if offer < A_WEEK:
            day = calendar.add_working_days(today, offer)
        else:
            day = calendar.add_working_days(today + dt.timedelta(days=offer), 0)
        found[offer] = (day, name)
    return found
