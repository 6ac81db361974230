"""Settings: people, their units and roles."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from zhike.identity.actions.organisation import join_unit, leave_unit
from zhike.identity.actions.passwords import reset_password
from zhike.identity.actions.people import (
    create_user_with_password,
    deactivate,
    edit_user,
    reactivate,
)
from zhike.identity.actions.roles import assign_role, withdraw_role
from zhike.identity.actions.second_factor import reset_second_factor
from zhike.identity.queries import (
    account,
    accounts,
    branches,
    posts,
    roles,
    roles_of_people,
    unit,
    units_of_people,
)
from zhike.kernel.errors import BadQuery, Refusal
from zhike.kernel.registry import registry
from zhike.web.views.simple import actor, number, refuse, require, show

PAGE = 100
FIELDS = ("username", "display_name", "mobile", "email")


class PersonForm(forms.Form):
    """An account's details."""

    username = forms.CharField(label=_("账号"), max_length=64)
    display_name = forms.CharField(label=_("姓名"), max_length=64)
    mobile = forms.CharField(label=_("手机"), max_length=32, required=False)
    email = forms.CharField(label=_("邮箱"), max_length=128, required=False)


class NewPersonForm(PersonForm):
    """A new account and its first unit."""

    unit = forms.ChoiceField(label=_("部门"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "—"), *unit_choices()]  # type: ignore[attr-defined]


def unit_choices() -> list[tuple[int, str]]:
    """Return the units of today's tree, indented."""
    return [(one.unit.pk, "　" * one.depth + one.unit.name) for one in branches()]


def people(request: HttpRequest) -> HttpResponse:
    """List everybody with units and roles."""
    by = require(request, "identity.user")
    text, left = request.GET.get("q", "")[:60].strip(), request.GET.get("left") == "1"
    rows = accounts(text, left=left)
    page = max(number(request.GET.get("page")) or 1, 1)
    shown = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    ids = [person.pk for person in shown]
    units, held = units_of_people(ids), roles_of_people(ids)
    lines = [(person, units.get(person.pk, []), held.get(person.pk, [])) for person in shown[:PAGE]]
    return show(
        request,
        "web/settings/people.html",
        lines=lines,
        total=rows.count(),
        q=text,
        left=left,
        previous=page - 1,
        following=page + 1 if len(shown) > PAGE else 0,
        may_create=by.may("identity.user", "create"),
    )


def new_person(request: HttpRequest) -> HttpResponse:
    """Create an account; its one-time password is shown this once."""
    by = require(request, "identity.user", "create")
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS}
        try:
            made, text = create_user_with_password(
                values, by=by, unit=number(form.cleaned_data["unit"])
            )
        except Refusal as error:
            refuse(form, error)
        else:
            return show(request, "web/settings/password.html", person=made, password=text)
    status = 422 if request.method == "POST" else 200
    return show(request, "web/settings/person_form.html", form=form, status=status)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account and, by right, change it; POST carries one ``do``."""
    by, user, form, error = require(request, "identity.user"), account(pk), None, ""
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in STEPS:
            raise BadQuery
        try:
            answer = STEPS[do](request, user)
            return answer or HttpResponseRedirect(f"/settings/people/{pk}/")
        except Refusal as refusal:
            error = " ".join(
                [refusal.message, *(line for lines in refusal.fields.values() for line in lines)]
            )
            form = PersonForm(request.POST) if do == "edit" else None
            user = account(pk)
    user_roles = roles_of_people([pk]).get(pk, [])
    return show(
        request,
        "web/settings/person.html",
        status=422 if error else 200,
        person=user,
        form=form or PersonForm(initial={name: getattr(user, name) for name in FIELDS}),
        error=error,
        units=units_of_people([pk]).get(pk, []),
        held=user_roles,
        roles=roles(),
        unit_choices=unit_choices(),
        posts=posts(),
        may_change=by.may("identity.user", "change") and pk != by.user_id,
        may_assign=by.may("identity.roleassignment", "create") and pk != by.user_id,
        may_hand_over=by.may("identity.user", "assign"),
    )


def _edit(request: HttpRequest, user: Any) -> None:
    values = {name: request.POST.get(name, "") for name in FIELDS}
    edit = registry.resource("identity.user").model
    edit_user(edit, user.pk, values, by=actor(request), version=number(request.POST.get("version")))


def _join(request: HttpRequest, user: Any) -> None:
    post = number(request.POST.get("post"))
    found = next((one for one in posts() if one.pk == post), None)
    where = unit(number(request.POST.get("unit")) or 0)
    primary = request.POST.get("is_primary") == "on"
    join_unit(user, by=actor(request), unit=where, post=found, is_primary=primary)


def _leave(request: HttpRequest, user: Any) -> None:
    leave_unit(user, by=actor(request), unit=unit(number(request.POST.get("unit")) or 0))


def _assign(request: HttpRequest, user: Any) -> None:
    assign_role(user, number(request.POST.get("role")) or 0, by=actor(request))


def _withdraw(request: HttpRequest, user: Any) -> None:  # noqa: ARG001
    withdraw_role(number(request.POST.get("assignment")) or 0, by=actor(request))


def _reset(request: HttpRequest, user: Any) -> HttpResponse:
    text = reset_password(user, by=actor(request))
    return show(request, "web/settings/password.html", person=user, password=text)


def _reset_factor(request: HttpRequest, user: Any) -> None:
    reset_second_factor(user, by=actor(request))


def _deactivate(request: HttpRequest, user: Any) -> None:
    deactivate(user, by=actor(request))


def _reactivate(request: HttpRequest, user: Any) -> None:
    reactivate(user, by=actor(request))


STEPS: dict[str, Any] = {
    "edit": _edit,
    "join": _join,
    "leave": _leave,
    "assign": _assign,
    "withdraw": _withdraw,
    "reset": _reset,
    "reset_factor": _reset_factor,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
}
