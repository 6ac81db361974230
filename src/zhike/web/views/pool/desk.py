"""撞单裁定: both sides' dated evidence beside each other, the decision, the appeal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhike.identity.queries import person_names
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web.answers import page
from zhike.web.views import detail

KEY = "pool.conflict"
TOOLS = {"decide-conflict", "appeal-conflict"}


def words() -> dict[str, tuple[str, str]]:
    """Return kind of evidence -> (words, icon)."""
    return {
        "registered": (_("提交报备"), "flag"),
        "owned": (_("成为客户负责人"), "user-check"),
        "followed": (_("首次跟进"), "pencil"),
        "ordered": (_("首笔订单"), "receipt"),
    }


@detail.register(KEY)
def show(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """Show one case."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    context = detail.context_of(request, resource, row, related=False)
    ids = {row.holder_id, row.challenger_id, row.decided_by_id, row.appealed_by_id, row.winner_id}
    names = person_names(ids - {None})
    sides = [
        _side(_("在先方"), row.holder_id, row.evidence.get("holder", ()), row.first, row, names),
        _side(_("在后方"), row.challenger_id, row.evidence.get("challenger", ()), row.second, row,
              names),
    ]  # fmt: skip
    moments = [side["lines"][0]["at"] for side in sides if side["lines"]]
    for side in sides:
        side["earliest"] = bool(side["lines"]) and side["lines"][0]["at"] == min(moments)
    parties = {row.holder_id, row.challenger_id}
    decide, appeal = (registry.actions[f"pool.{n}"] for n in ("decide_conflict", "appeal_conflict"))
    reach = detail.reaches(resource, by, row, "approve")
    again = row.status == "appealed" and row.decided_by_id == by.user_id
    context |= {
        "sides": sides, "names": names,
        "tools": [t for t in context["tools"] if t.url.rstrip("/").rsplit("/", 1)[-1] not in TOOLS],
        "may_decide": reach and bool(decide.available and decide.available(row, by))
        and by.user_id not in parties and not again,
        "may_appeal": bool(appeal.available and appeal.available(row, by)),
        "own_case": reach and by.user_id in parties,
        "decided_by": names.get(row.decided_by_id, ""), "winner": names.get(row.winner_id, ""),
        "appealed_by": names.get(row.appealed_by_id, ""),
        "sees_customer": bool(row.customer_id) and registry.resource("customers.customer")
        .rows(by).filter(pk=row.customer_id).exists(),
        "rule_url": "/rulebook/policies/pool.registering/",
    }  # fmt: skip
    return page(request, "web/pool/conflict.html", context)


def _side(
    title: str, user_id: int | None, evidence: Any, registration: Any, row: Any,
    names: dict[int, str],
) -> dict[str, Any]:  # fmt: skip
    """Return one side ready to show."""
    known = words()
    lines = [
        {"at": parse_datetime(one["at"]), "title": known.get(one["what"], (one["what"], ""))[0],
         "icon": known.get(one["what"], ("", "point"))[1]}
        for one in evidence
    ]  # fmt: skip
    return {
        "title": title, "user_id": user_id, "name": names.get(user_id or 0, ""), "lines": lines,
        "registration": registration, "won": row.winner_id and row.winner_id == user_id,
    }  # fmt: skip
