"""What the workbench adds for those who run the daily work and for those who lead (ORG-017)."""

from typing import Any

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.teamwork import queries
from zhike.web.formats import percent

TODO, TALK = "interactions.todo", "interactions.interaction"
ITEM, REPORT = "teamwork.improvementitem", "teamwork.statusreport"


def tier_panels(by: Actor) -> dict[str, Any]:
    """Return the reader's tier and the panels it adds; the front line has its list of today."""
    tier = queries.tier_of(by)
    found: dict[str, Any] = {"tier": tier}
    if tier.name == "manager":
        found |= _running(by, tier)
    elif tier.name == "leader":
        found |= _promoting(by, tier)
    if tier.name != "front" and by.may(REPORT, "view"):
        found["reports"] = queries.reports_waiting(by)
    return found


def _running(by: Actor, tier: queries.Tier) -> dict[str, Any]:
    found: dict[str, Any] = {"unit": _figures(queries.unit_figures(by, tier.since))}
    if by.may(TODO, "view"):
        found["behind_total"], found["behind"] = queries.overdue_contacts(by)
    if by.may(ITEM, "view"):
        found["items"] = queries.improvement_items(by, tier.since, newest=True)
    return found


def _figures(unit: Any) -> list[tuple[str, str, str]]:
    """Return (name, value, unit of measure) of what the reader may see."""
    lines = [
        (_("沟通"), unit.talks, _("次")),
        (_("沟通过的客户"), unit.talked_to, _("家")),
        (_("新增客户"), unit.new_customers, _("家")),
        (_("到期待办"), unit.due, _("项")),
    ]
    found = [(name, str(value), measure) for name, value, measure in lines if value is not None]
    if unit.due is not None:
        found.append((_("按时完成"), percent(unit.timely) if unit.due else "—", ""))
    return found


def _promoting(by: Actor, tier: queries.Tier) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if by.may(TALK, "view"):
        found["adoption"] = queries.adoption(by, tier)
    if by.may(TODO, "view"):
        found["compliance"] = queries.compliance(by, tier.since)
    if by.may(ITEM, "view"):
        found["items"] = queries.improvement_items(by, tier.since, newest=False)
    return found
