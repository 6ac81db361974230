"""The leaver's handover: one page, one transaction, one receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from zhike.identity.actions.handover import Share, hand_over
from zhike.identity.queries import account, accounts, branches, handover_receipt
from zhike.identity.responsibilities import burden, share_of_units
from zhike.kernel.errors import Refusal
from zhike.kernel.registry import registry
from zhike.trust.vocabulary import resource_titles
from zhike.web.views.simple import number, require, show

MOST_LISTED = 500


def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything a person answers for and who takes it; POST hands it over."""
    by, leaver, problems = require(request, "identity.user", "assign"), account(pk), []
    if request.method == "POST":
        try:
            receipt = hand_over(
                leaver,
                _shares(request),
                by=by,
                reason=request.POST.get("reason", "").strip()[:500],
                deactivate=request.POST.get("deactivate") == "on",
            )
            return HttpResponseRedirect(f"/handover/receipts/{receipt.pk}/")
        except Refusal as error:
            problems = [line for lines in error.fields.values() for line in lines] or [
                error.message
            ]
    units = {one.unit.pk: one.unit for one in branches()}
    return show(
        request,
        "web/settings/handover.html",
        status=422 if problems else 200,
        person=leaver,
        burden=[(one, count) for one, count in burden(pk) if count],
        by_unit=[(units.get(unit), unit, count) for unit, count in share_of_units(pk)],
        people=accounts().exclude(pk=pk),
        problems=problems,
        given=request.POST,
        may_deactivate=by.may("identity.user", "change") and pk != by.user_id and leaver.is_active,
        selectable=[one for one, count in burden(pk) if count and by.may(one.key, "view")],
    )


def _shares(request: HttpRequest) -> list[Share]:
    """Read the form: chosen rows, then units, then entities, then the rest."""
    data, found = request.POST, []
    to = number(data.get("chosen_to"))
    ids = frozenset(
        n for n in map(number, data.get("chosen_ids", "").replace("，", ",").split(",")) if n
    )
    if to and ids:
        found.append(Share(to=to, resources=frozenset({data.get("chosen_resource", "")}), ids=ids))
    for name, value in data.items():
        kind, _colon, key = name.partition(":")
        to = number(value)
        if to and kind == "resource":
            found.append(Share(to=to, resources=frozenset({key})))
        if to and kind == "unit" and number(key):
            found.insert(
                len([s for s in found if s.ids]), Share(to=to, units=frozenset({int(key)}))
            )
    rest = number(data.get("to"))
    return [*found, Share(to=rest)] if rest else found


def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what went to whom; titles only of records that the reader may see."""
    by = require(request, "identity.handover")
    found = handover_receipt(pk)
    names: dict[int, str] = {}
    titles = resource_titles()
    lines = []
    for item in found.items:
        to = item["to"]
        names.setdefault(to, str(account(to)))
        rows = _titles(item["resource"], item["ids"], by)
        lines.append(
            (titles.get(item["resource"], item["resource"]), names[to], len(item["ids"]), rows)
        )
    counts = [(titles.get(key, key), count) for key, count in found.counts.items()]
    facts = _("%(name)s 的工作交接") % {"name": found.leaver}
    return show(
        request, "web/settings/receipt.html", receipt=found, lines=lines, counts=counts, facts=facts
    )


def _titles(key: str, ids: list[int], by: Any) -> list[tuple[int, str, str]]:
    """Return (id, title, address) of the first rows; without the title where it may not be read."""
    shown = ids[:MOST_LISTED]
    if key not in registry.resources:
        return [(one, "", "") for one in shown]
    resource = registry.resource(key)
    seen = {row.pk: resource.title_of(row, by) for row in resource.rows(by).filter(pk__in=shown)}
    return [
        (one, seen.get(one, ""), resource.record_url(one) if one in seen else "") for one in shown
    ]
