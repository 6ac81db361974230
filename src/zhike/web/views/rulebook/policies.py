"""A rule's page: its words, its parameters as a table, simulation, approval, versions, evidence."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhike.kernel.errors import Conflict, Invalid, NotFound, Refusal
from zhike.kernel.registry import registry
from zhike.rulebook.actions import simulations, versions
from zhike.rulebook.queries import schema
from zhike.rulebook.queries import versions as read
from zhike.web.views.rulebook import params_form
from zhike.web.views.rulebook.policy_page import KEY, PolicyPage
from zhike.web.views.rulebook.shared import actor, back, say
from zhike.web.views.rulebook.shared import page as render_page

STEPS = {
    "approve": (versions.approve_version, True),
    "reject": (versions.reject_version, True),
    "withdraw": (versions.withdraw_version, True),
}


def url_of(policy_id: str, pk: int | None = None, more: str = "") -> str:
    """Return the address of a rule's page."""
    query = f"?version={pk}{more}" if pk else ""
    return f"/rulebook/policies/{policy_id}/{query}"


@require_GET
def page(request: HttpRequest, policy_id: str) -> HttpResponse:
    """Show a rule: the version asked for, else the newest open one, else the one in force."""
    by = actor(request)
    if not by.may(KEY, "view"):
        from zhike.kernel.errors import Forbidden

        raise Forbidden(resource=KEY, verb="view")
    read.policy(policy_id)
    asked = request.GET.get("version", "")
    made = PolicyPage(
        policy_id, by, asked=int(asked) if asked.isdigit() and len(asked) < 18 else None
    )
    context = made.context(request.GET.get("tab", ""), compare=request.GET.get("compare", ""))
    return render_page(request, "policy.html", context)


@require_POST
def draft(request: HttpRequest, policy_id: str) -> HttpResponse:
    """Start a draft from the parameters in force, or from those of a chosen version."""
    by = actor(request)
    source = request.POST.get("source", "")
    if source.isdigit():
        row = versions.copy_version(int(source[:18]), by=by)
    else:
        model: Any = registry.resource(KEY).model
        row = versions.create_version(model, {"policy_id": policy_id}, by=by)
    return back(
        request, url_of(policy_id, row.pk), _("已起草 v%d，改好后先模拟再提交。") % row.number
    )


@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Change rows of the form, or save the draft and then simulate or submit it."""
    by = actor(request)
    row = read.version(pk, by)
    node = schema.tree(read.policy(row.policy_id).Params)
    typed = params_form.read(node, request.POST)
    op = request.POST.get("op", "save")
    made = PolicyPage(row.policy_id, by, asked=pk, typed=typed, form=request.POST)
    if op.partition(":")[0] in {"add", "remove", "up"}:
        made.typed = params_form.change_rows(typed, op)
        return render_page(request, "policy.html", made.context(""))
    try:
        return _carry_out(request, row, typed, op)
    except Conflict as error:
        made.conflict = error
        return render_page(request, "policy.html", made.context(""), status=409)
    except Invalid as error:
        made.errors = error.fields
        return render_page(request, "policy.html", made.context(""), status=422)


def _carry_out(request: HttpRequest, row: Any, typed: Any, op: str) -> HttpResponse:
    by = actor(request)
    lock = request.POST.get("version", "")
    values = {
        "params": typed,
        "effective_on": request.POST.get("effective_on") or timezone.localdate().isoformat(),
        "reason": request.POST.get("reason", "").strip()[:2000],
    }
    number = int(lock) if lock.isdigit() and len(lock) < 9 else None
    saved = versions.edit_version(type(row), row.pk, values, by=by, version=number)
    url = url_of(row.policy_id, row.pk)
    if op == "simulate":
        done = simulations.simulate_version(row.pk, by=by)
        running = done.simulation.get("state") == "running"
        text = _("正在后台模拟，完成后刷新本页。") if running else _("已按今天的数据模拟。")
        return back(request, url + "#simulation", text)
    if op == "submit":
        try:
            versions.submit_version(saved.pk, by=by)
        except Invalid as error:
            if "simulation" in error.fields:
                simulations.simulate_version(row.pk, by=by)
                text = _("参数改动后已先模拟，请看清影响后再次提交。")
                return back(request, url + "#simulation", text)
            raise
        return back(request, url, _("已提交，等待另一人审批。"))
    return back(request, url, _("草稿已保存。"))


@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Approve, reject or withdraw a version."""
    by = actor(request)
    row = read.version(pk, by)
    if step not in STEPS:
        raise NotFound(_("没有这种操作。"))
    action, with_note = STEPS[step]
    lock = request.POST.get("version", "")
    values: dict[str, Any] = {"note": request.POST.get("note", "")[:200]} if with_note else {}
    if lock.isdigit() and len(lock) < 9:
        values["version"] = int(lock)
    try:
        done = action(pk, by=by, **values)
    except Refusal as error:
        if error.status not in {409, 422}:
            raise
        say(request, error)
        return back(request, url_of(row.policy_id, pk))
    texts = {
        "approved": _("已批准，到生效日期自动生效。"),
        "rejected": _("已驳回。"),
        "withdrawn": _("已撤回。"),
    }
    return back(request, url_of(row.policy_id, pk), texts[str(done.status)])
