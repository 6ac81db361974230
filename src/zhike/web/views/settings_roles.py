"""Settings: roles with their grants, field rules, account-team rights."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from zhike.identity.queries import branches, role, roles
from zhike.kernel.actor import FIELD_ACCESS, VERBS
from zhike.kernel.errors import BadQuery, Refusal
from zhike.kernel.registry import registry
from zhike.trust.actions import (
    change_field_rule,
    change_grant,
    change_team_right,
    copy_role,
    create_role,
)
from zhike.trust.queries import chosen_units, field_matrix, rights_matrix, team_matrix
from zhike.trust.vocabulary import (
    REACH_TITLES,
    VERB_TITLES,
    is_administrative,
    is_business,
    resource_titles,
)
from zhike.web.views.simple import number, refuse, require, show

ACCESS_TITLES = {
    "hidden": _("隐藏"),
    "masked": _("脱敏"),
    "readonly": _("只读"),
    "editable": _("可编辑"),
}


class RoleForm(forms.Form):
    """A new role, empty or copied."""

    name = forms.CharField(label=_("角色名称"), max_length=80)
    code = forms.CharField(label=_("角色编码"), max_length=40)
    source = forms.ChoiceField(label=_("复制自"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("（空白角色）")), *((one.pk, one.name) for one in roles(business=True))]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]


def role_list(request: HttpRequest) -> HttpResponse:
    """List the roles; POST creates one."""
    by = require(request, "identity.role")
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        source = number(values["source"])
        try:
            if source:
                made = copy_role(source, by=by, code=values["code"], name=values["name"])
            else:
                model = registry.resource("identity.role").model
                made = create_role(model, {"code": values["code"], "name": values["name"]}, by=by)
            return HttpResponseRedirect(f"/settings/roles/{made.pk}/")
        except Refusal as error:
            refuse(form, error)
    return show(
        request,
        "web/settings/roles.html",
        status=422 if form.errors else 200,
        roles=roles(),
        form=form,
        may_create=by.may("identity.role", "create"),
    )


def grants(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a role's grants as a matrix resource × verb; POST sets one or many."""
    by, found, error = require(request, "trust.grant"), role(pk), ""
    if request.method == "POST":
        try:
            _change_grants(request, found)
            return HttpResponseRedirect(f"/settings/roles/{pk}/")
        except Refusal as refusal:
            error = refusal.message
    titles = resource_titles()
    rows = [
        (key, titles[key], [_cell(key, verb, given.get(verb, "")) for verb in VERBS])
        for key, given in rights_matrix(found)
        if given or is_business(key) or key.startswith(("rulebook.", "kernel."))
    ]
    return show(
        request,
        "web/settings/grants.html",
        status=422 if error else 200,
        role=found,
        rows=sorted(rows, key=lambda row: row[0]),
        verbs=[VERB_TITLES[verb] for verb in VERBS],
        reaches=REACH_TITLES.items(),
        chosen=chosen_units(found),
        branches=branches(),
        error=error,
        editable=by.may("trust.grant", "change") and not found.exclusive,
    )


def _cell(resource: str, verb: str, reach: str) -> dict[str, Any]:
    locked = is_administrative(resource, verb)
    title = REACH_TITLES.get(reach, "")
    return {"name": f"{resource} {verb}", "reach": reach, "title": title, "locked": locked}


def _change_grants(request: HttpRequest, found: Any) -> None:
    by = require(request, "trust.grant", "change")
    before = {
        f"{key} {verb}": reach
        for key, given in rights_matrix(found)
        for verb, reach in given.items()
    }
    units = [n for n in map(number, request.POST.getlist("units")) if n is not None]
    for name, reach in request.POST.items():
        resource, space, verb = name.partition(" ")
        if space and (before.get(name, "") != reach or (reach == "chosen" and units)):
            change_grant(found, resource, verb, reach, by=by, units=units)


def fields(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a role may do with each field of an entity; POST sets them."""
    by, found, error = require(request, "trust.fieldrule"), role(pk), ""
    resource = request.GET.get("resource", "customers.customer")
    titles = {key: title for key, title in resource_titles().items() if is_business(key)}
    if resource not in titles:
        raise BadQuery
    if request.method == "POST":
        change = require(request, "trust.fieldrule", "change")
        known = {name: rule for name, _title, rule, _default in field_matrix(found, resource)}
        try:
            for name, access in request.POST.items():
                if name in known and known[name] != access:
                    change_field_rule(found, resource, name, access, by=change)
            return HttpResponseRedirect(f"/settings/roles/{pk}/fields/?resource={resource}")
        except Refusal as refusal:
            error = refusal.message
    rows = [
        (name, title, rule, ACCESS_TITLES[default])
        for name, title, rule, default in field_matrix(found, resource)
    ]
    return show(
        request,
        "web/settings/fields.html",
        status=422 if error else 200,
        role=found,
        rows=rows,
        resource=resource,
        titles=titles.items(),
        accesses=[(one, ACCESS_TITLES[one]) for one in FIELD_ACCESS],
        error=error,
        editable=by.may("trust.fieldrule", "change") and not found.exclusive,
    )


def team(request: HttpRequest) -> HttpResponse:
    """Show what the roles of account teams give; POST sets one team role."""
    by = require(request, "trust.teamright")
    choices = _team_roles()
    current = request.GET.get("role") or next(iter(choices), "")
    if current not in choices:
        raise BadQuery
    matrix, titles = team_matrix(), {k: t for k, t in resource_titles().items() if is_business(k)}
    if request.method == "POST":
        change = require(request, "trust.teamright", "change")
        wanted = {(r, v) for r in titles for v in VERBS if f"{r} {v}" in request.POST}
        have = {(r, v) for r in titles for v in matrix.get((current, r), set())}
        for resource, verb in wanted ^ have:
            change_team_right(current, resource, verb, by=change, given=(resource, verb) in wanted)
        return HttpResponseRedirect(f"/settings/team/?role={current}")
    rows = [
        (
            key,
            title,
            [
                (f"{key} {verb}", verb in matrix.get((current, key), set()), VERB_TITLES[verb])
                for verb in VERBS
            ],
        )
        for key, title in sorted(titles.items())
    ]
    return show(
        request,
        "web/settings/team.html",
        rows=rows,
        verbs=[VERB_TITLES[verb] for verb in VERBS],
        choices=choices.items(),
        current=current,
        editable=by.may("trust.teamright", "change"),
    )


def _team_roles() -> dict[str, Any]:
    if "customers.teammember" in registry.resources:
        model = registry.resource("customers.teammember").model
        return dict(model._meta.get_field("role").flatchoices)
    return {one: one for one, _resource in team_matrix()}
