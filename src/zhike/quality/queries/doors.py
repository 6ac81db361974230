"""What stands behind the public pages, and whether a cleaning is due: read by actions and pages."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer, Person
from zhike.kernel.errors import NotFound
from zhike.kernel.policies import Decision
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.quality.models import Campaign, UpdateLink, WebForm
from zhike.quality.policies import Cleaning, CleaningFacts, OutsideParams, OutsideRules
from zhike.quality.policies.outside import OutsideFacts as Arrival

ASKED = ("company", "contact", "mobile", "email", "credit_code", "message")
# What a contact may correct. Nothing else is ever shown on, or taken from, the public page.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "customer": ("address", "phone", "email", "website"),
    "person": ("title", "mobile", "email"),
}
MODELS: Mapping[str, Any] = {"customer": Customer, "person": Person}


def open_form(slug: str) -> WebForm:
    """Return a form that takes entries.

    Raises:
        NotFound: absent or closed.
    """
    found = WebForm.unscoped.filter(slug=slug, open=True, archived_at=None).first()
    if found is None:
        raise NotFound(_("这张表单不存在或已停止填写。"))
    return found


def limits() -> OutsideParams:
    """Return the limits in force of links and public pages."""
    params: OutsideParams = in_force(OutsideRules.id)[1]
    return params


def judge(facts: Arrival) -> Decision:
    """Return what the policy in force makes of an entry."""
    decision: Decision = registry.policies[OutsideRules.id].decide(facts, limits())
    return decision


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def open_link(token: str) -> UpdateLink:
    """Return the usable link of a token.

    Raises:
        NotFound: unknown, used, expired, dead or of an archived contact; all look the same.
    """
    link = (
        UpdateLink.unscoped.select_related("customer", "person")
        .filter(digest=digest(token), person__archived_at=None, customer__archived_at=None)
        .first()
    )
    params = in_force(OutsideRules.id)[1]
    if link is None or not link.open_now() or link.attempts >= params.attempts:
        raise NotFound(_("链接无效、已使用或已过期，请联系您的客户经理重新发送。"))
    return link


def cleaning_due(on: dt.date | None = None) -> Decision | None:
    """Return what the policy says of the last full cleaning; None before the first customer."""
    today = on or timezone.localdate()
    last = (
        Campaign.unscoped.filter(
            status=Campaign.Status.SIGNED, everything=True, archived_at=None, signed_on__lte=today
        )
        .order_by("-signed_on")
        .values_list("signed_on", flat=True)
        .first()
    )
    first = Customer.unscoped.order_by("created_at").values_list("created_at", flat=True).first()
    if last is None and first is None:
        return None
    since = last or timezone.localtime(first).date()
    policy = registry.policies[Cleaning.id]
    facts = CleaningFacts(today=today, last_on=since, signed=last is not None)
    decision: Decision = policy.decide(facts, in_force(Cleaning.id, on)[1])
    return decision
