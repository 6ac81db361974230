"""Settings: the working calendar of a year, single days, weekly hours, a year from a file."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.actions.calendar import set_calendar_day, take_in_year
from zhike.identity.queries import calendar_day, missing_years, work_weeks, year_sheet
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Refusal
from zhike.kernel.registry import registry
from zhike.web.views.simple import refuse, require, show

PAGE = "/settings/calendar/"
FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEK = "identity.workweek"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _date_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class DayForm(forms.Form):
    """What one day is."""

    day = forms.DateField(label=lazy("日期"), widget=_date_input())
    kind = forms.ChoiceField(
        label=lazy("安排"),
        choices=[("off", lazy("放假")), ("work", lazy("调休上班")), ("week", lazy("按周安排"))],
    )
    name = forms.CharField(label=lazy("名称"), max_length=40, required=False)


class YearForm(forms.Form):
    """A year's holidays as a file."""

    year = forms.IntegerField(label=lazy("年份"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    file = forms.FileField(
        label=lazy("节假日文件"),
        help_text=lazy("CSV 或 JSON：日期、名称、类型（放假、调休上班），不超过 256 KB。"),
        widget=forms.FileInput({"accept": ".csv,.json"}),
    )
    replace = forms.BooleanField(label=lazy("替换该年已有的安排"), required=False)


class WeekForm(forms.Form):
    """The hours of a week from a day on."""

    valid_from = forms.DateField(label=lazy("生效日期"), widget=_date_input())
    monday = forms.CharField(label=lazy("周一"), max_length=80, required=False)
    tuesday = forms.CharField(label=lazy("周二"), max_length=80, required=False)
    wednesday = forms.CharField(label=lazy("周三"), max_length=80, required=False)
    thursday = forms.CharField(label=lazy("周四"), max_length=80, required=False)
    friday = forms.CharField(label=lazy("周五"), max_length=80, required=False)
    saturday = forms.CharField(
        label=lazy("周六"), max_length=80, required=False, help_text=lazy("不填为休息")
    )
    sunday = forms.CharField(label=lazy("周日"), max_length=80, required=False)


def calendar(request: HttpRequest) -> HttpResponse:
    """Show a year; POST says what a day is, takes in a year, or sets weekly hours."""
    by = require(request, "identity.calendarday")
    do = request.POST.get("do", "")
    picked = _day(request.GET.get("day"))
    year = picked.year if picked else _year(request.GET.get("year"))
    bound = {name: request.POST if do == name else None for name in ("day", "year", "week")}
    files = request.FILES if do == "year" else None
    found: dict[str, forms.Form] = {
        "day": DayForm(bound["day"], initial=_initial(picked)),
        "year": YearForm(bound["year"], files, initial={"year": year}),
        "week": WeekForm(bound["week"], initial=_week_initial()),
    }
    form = found.get(do)
    if form is not None and form.is_valid():
        try:
            return HttpResponseRedirect(f"{PAGE}?year={_carry_out(do, form, by, year)}")
        except Refusal as error:
            refuse(form, error)
    return show(
        request, "web/settings/calendar.html",
        status=422 if form is not None and form.errors else 200, **_context(by, year, picked, found),
    )  # fmt: skip


def _carry_out(do: str, form: forms.Form, by: Actor, year: int) -> int:
    """Do what the form says and return the year to show."""
    values: dict[str, Any] = form.cleaned_data
    if do == "day":
        set_calendar_day(values["day"], values["kind"], values["name"], by=by)
        return int(values["day"].year)
    if do == "year":
        file = values["file"]
        take_in_year(values["year"], file.name, file.read(), by=by, replace=values["replace"])
        return int(values["year"])
    resource = registry.resource(WEEK)
    resource.create(resource.model, values, by=by)
    return year


def _context(
    by: Actor, year: int, picked: dt.date | None, found: dict[str, forms.Form]
) -> dict[str, Any]:
    months = year_sheet(year)
    names = [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]
    days = [cell for month in months for week in month for cell in week if cell]
    off = [one for one in days if one.kind == "off"]
    return {
        "months": [{"number": n, "weeks": weeks} for n, weeks in enumerate(months, 1)],
        "year": year, "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
        "today": timezone.localdate(), "picked": picked, "forms": found,
        "counts": {"worked": sum(one.worked for one in days), "off": len(off),
                   "adjusted": sum(one.kind == "work" for one in days)},
        "unknown": year in missing_years(dt.date(year, 1, 1)),
        "missing": missing_years(),
        "weeks": [
            {"valid_from": week.valid_from, "rows": list(zip(names, week.texts, strict=True))}
            for week in work_weeks()
        ],
        "may_change": by.may("identity.calendarday", "create"),
        "names": names,
    }  # fmt: skip


def _initial(picked: dt.date | None) -> dict[str, Any]:
    if picked is None:
        return {"day": timezone.localdate(), "kind": "off"}
    row = calendar_day(picked)
    values = {"kind": row.kind, "name": row.name} if row else {"kind": "off"}
    return {"day": picked, **values}


def _week_initial() -> dict[str, Any]:
    week = work_weeks().first()
    texts = week.texts if week else registry.resource(WEEK).model().texts
    return {"valid_from": timezone.localdate(), **dict(zip(DAYS, texts, strict=True))}


def _day(text: str | None) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _year(text: str | None) -> int:
    if text and text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        return int(text)
    return timezone.localdate().year
