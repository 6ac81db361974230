"""Settings: the tree of units as it stands on a day, and its changes."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.identity.actions.organisation import close_unit, create_unit, move_unit
from zhike.identity.queries import branches, placements, unit
from zhike.kernel.errors import Refusal
from zhike.kernel.registry import registry
from zhike.web.views.settings_people import unit_choices
from zhike.web.views.simple import actor, number, refuse, require, show


class UnitForm(forms.Form):
    """A new unit and where it hangs from when."""

    name = forms.CharField(label=_("部门名称"), max_length=80)
    code = forms.CharField(label=_("部门编码"), max_length=32)
    kind = forms.ChoiceField(label=_("部门类型"))
    parent = forms.ChoiceField(label=_("上级部门"), required=False)
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = registry.resource("identity.orgunit").model._meta.get_field("kind").choices
        self.fields["kind"].choices = list(kinds or ())  # type: ignore[attr-defined]
        self.fields["parent"].choices = [("", _("（最上级）")), *unit_choices()]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The new place of a unit."""

    parent = forms.ChoiceField(label=_("新的上级部门"), required=False)
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("（最上级）")), *unit_choices()]  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """The day from which a unit is gone."""

    valid_to = forms.DateField(label=_("撤销日期"), widget=forms.DateInput({"type": "date"}))


def organisation(request: HttpRequest) -> HttpResponse:
    """Show the tree as of a day; POST creates a unit."""
    by = require(request, "identity.orgunit")
    form = UnitForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        parent = number(values["parent"])
        try:
            create_unit(
                registry.resource("identity.orgunit").model,
                {name: values[name] for name in ("name", "code", "kind")},
                by=by,
                parent=unit(parent) if parent else None,
                valid_from=values["valid_from"],
            )
            return HttpResponseRedirect("/settings/organisation/")
        except Refusal as error:
            refuse(form, error)
    day = _day(request.GET.get("on"))
    return show(
        request,
        "web/settings/organisation.html",
        status=422 if form.errors else 200,
        branches=branches(day),
        on=day.isoformat(),
        today=day == timezone.localdate(),
        form=form,
        may_create=by.may("identity.orgunit", "create"),
    )


def _day(text: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return timezone.localdate()


def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a unit's places over time; POST moves or closes it."""
    by, found = require(request, "identity.orgunit"), unit(pk)
    do, data = request.POST.get("do"), request.POST or None
    move = MoveForm(data if do == "move" else None, initial={"valid_from": timezone.localdate()})
    close = CloseForm(data if do == "close" else None, initial={"valid_to": timezone.localdate()})
    form = {"move": move, "close": close}.get(do or "")
    if form is not None and form.is_valid():
        try:
            if do == "move":
                parent = number(form.cleaned_data["parent"])
                day = form.cleaned_data["valid_from"]
                move_unit(
                    found,
                    by=actor(request),
                    parent=unit(parent) if parent else None,
                    valid_from=day,
                )
            else:
                close_unit(found, by=actor(request), valid_to=form.cleaned_data["valid_to"])
            return HttpResponseRedirect(f"/settings/organisation/{pk}/")
        except Refusal as error:
            refuse(form, error)
    return show(
        request,
        "web/settings/unit.html",
        status=422 if form is not None and form.errors else 200,
        unit=found,
        placements=placements(pk),
        move=move,
        close=close,
        may_change=by.may("identity.orgunit", "change"),
        may_close=by.may("identity.orgunit", "archive"),
    )
