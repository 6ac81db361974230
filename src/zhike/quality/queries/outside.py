"""Reads for campaigns, requests and the public pages."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.policies import Decision
from zhike.kernel.registry import registry
from zhike.quality.models import (
    Campaign,
    CampaignItem,
    Submission,
    UpdateLink,
    WebForm,
)
from zhike.quality.queries.doors import MODELS, OFFERED, cleaning_due, open_form, open_link

WORKLIST_LIMIT = 200


def cleaning_state(on: dt.date | None = None) -> Decision | None:
    """Return what the policy says of the last full cleaning."""
    return cleaning_due(on)


def campaign_lines(campaign_id: int, by: Actor, *, mine: bool = False) -> dict[str, Any]:
    """Return a campaign, its open worklist within the reader's customers, and progress by owner.

    Raises:
        NotFound: no such campaign for this reader.
    """
    campaign = Campaign.objects.visible_to(by).filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound
    seen = Customer.objects.visible_to(by).order_by().values("pk")
    items = CampaignItem.unscoped.filter(campaign=campaign, customer__in=seen)
    if mine:
        items = items.filter(customer__owner_id=by.user_id)
    waiting = items.filter(done_on=None).select_related("customer", "customer__owner")
    owners = (
        items.values("customer__owner_id", "customer__owner__display_name")
        .annotate(total=Count("id"), done=Count("id", filter=Q(done_on__isnull=False)))
        .order_by("customer__owner_id")
    )
    return {
        "campaign": campaign,
        "items": list(waiting.order_by("customer__owner_id", "id")[:WORKLIST_LIMIT]),
        "owners": list(owners),
        "percent": 100 * campaign.done // campaign.total if campaign.total else 0,
    }


def form_of(slug: str) -> WebForm:
    """Return a public form that is open. Raises NotFound."""
    return open_form(slug)


def link_of(token: str) -> UpdateLink:
    """Return the usable link of a token. Raises NotFound."""
    return open_link(token)


def masked_values(link: UpdateLink) -> list[dict[str, str]]:
    """Return what the public page asks, every present value masked by its kind."""
    found = []
    for part, names in OFFERED.items():
        row = getattr(link, part)
        for name in names:
            field = MODELS[part]._meta.get_field(name)
            value = getattr(row, name)
            masked = field.mask(value) if value else ""
            found.append(
                {"name": f"{part}.{name}", "title": str(field.verbose_name), "masked": masked,
                 "part": part}
            )  # fmt: skip
    return found


def similar(submission: Submission, by: Actor) -> list[dict[str, Any]]:
    """Return the customers that an entry resembles: name and link only where the reader sees it."""
    ids = {one["id"]: one["why"] for one in submission.alike}
    seen = {row.pk: row for row in Customer.objects.visible_to(by).filter(pk__in=ids)}
    url = registry.resource(Customer).record_url
    return [
        {"id": pk if pk in seen else None, "why": why,
         "name": str(seen[pk].name) if pk in seen else "", "url": url(pk) if pk in seen else ""}
        for pk, why in ids.items()
    ]  # fmt: skip
