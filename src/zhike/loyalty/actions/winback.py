"""Winning lost customers back: listed, analysed, contacted, closed; orders after are counted."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.interactions.models import ToDo
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.kernel.policy_store import in_force, sentence
from zhike.loyalty.actions.todos import contact_key
from zhike.loyalty.events import WinBackDecided
from zhike.loyalty.models import WinBackCase, WinBackProgramme
from zhike.loyalty.policies import WinBackRule
from zhike.loyalty.policies.winback import LostFacts
from zhike.segments.models import Segment
from zhike.segments.queries.definition import BrokenDefinition
from zhike.segments.queries.members import customers_of

Status = WinBackCase.Status
MOST = 2000
REORDERED = """
UPDATE loyalty_winbackcase w SET reorder_on = o.first, reorders = o.n, reorder_amount = o.amount,
       version = w.version + 1, updated_at = now()
  FROM (SELECT w.id, min(s.ordered_on) FILTER (WHERE s.amount > 0) AS first,
               count(s.id) FILTER (WHERE s.amount > 0) AS n, coalesce(sum(s.amount), 0) AS amount
          FROM loyalty_winbackcase w
          LEFT JOIN sales_order s ON s.customer_id = w.customer_id AND s.archived_at IS NULL
               AND s.status <> 'cancelled' AND s.ordered_on >= w.started_on
               AND s.ordered_on <= %(on)s
         WHERE w.started_on IS NOT NULL AND w.archived_at IS NULL GROUP BY w.id) o
 WHERE o.id = w.id AND (w.reorder_on, w.reorders, w.reorder_amount)
       IS DISTINCT FROM (o.first, o.n, o.amount)
"""


@action(
    "loyalty.list_lost", on=WinBackProgramme, title=gettext_lazy("列入流失客户"), icon="users-plus",
    available=lambda row, _by: row.status == WinBackProgramme.Status.ACTIVE,
)  # fmt: skip
def list_lost(
    programme: WinBackProgramme,
    *,
    by: Actor,
    segment: Annotated[
        Any, kinds.Link(gettext_lazy("只列入客户细分"), Segment, null=True, blank=True)
    ] = None,
) -> Outcome:
    """Add the actor's customers that count as lost and are not in the list yet, in one insert.

    Args:
        segment: only customers of this segment.

    Raises:
        Invalid: a condition of the segment cannot be asked any more.
    """
    today = timezone.localdate()
    version, params = in_force(WinBackRule.id, today)
    edge = today - dt.timedelta(days=params.quiet_days)
    open_cases = WinBackCase.unscoped.filter(
        status__in=[Status.LISTED, Status.PLANNED], archived_at__isnull=True
    )
    try:
        among = customers_of(segment, by) if segment else Customer.objects.visible_to(by)
    except BrokenDefinition as error:
        raise Invalid(fields={"segment": [str(error)]}) from error
    mine = among.exclude(pk__in=programme.cases.values("customer_id"))
    rows = mine.exclude(pk__in=open_cases.values("customer_id"))
    lost = rows.filter(lifecycle="lost") | rows.filter(last_order_on__lte=edge)
    now, found = timezone.now(), []
    for one in lost.order_by("-annual_spend", "id")[:MOST]:
        quiet = (today - one.last_order_on).days if one.last_order_on else None
        facts = LostFacts(lifecycle=one.lifecycle, quiet_days=quiet)
        why = next(sentence(r) for r in WinBackRule().decide(facts, params).reasons if r.holds)
        found.append(
            WinBackCase(
                programme=programme, customer=one, lost_because=why, policy_version=version,
                owner_id=one.owner_id or programme.owner_id, unit_id=one.unit_id,
                created_at=now, updated_at=now, created_by_id=by.user_id, updated_by_id=by.user_id,
            )
        )  # fmt: skip
    WinBackCase.unscoped.bulk_create(found, ignore_conflicts=True)
    return Outcome(_("已列入 %s 家客户") % len(found), count=len(found))


@action(
    "loyalty.plan_win_back", on=WinBackCase, title=gettext_lazy("制定挽回方案"), icon="pencil",
    available=lambda row, _by: row.status == Status.LISTED,
)  # fmt: skip
def plan_win_back(
    case: WinBackCase,
    *,
    by: Actor,
    cause: Annotated[str, kinds.Choice(gettext_lazy("流失原因"), WinBackCase.Cause, max_length=12)],
    analysis: Annotated[str, kinds.LongText(gettext_lazy("原因分析"))],
    offer: Annotated[str, kinds.LongText(gettext_lazy("挽回方案"))],
) -> WinBackCase:
    """Write cause and offer down; the contacts become to-dos on the days of the rule.

    Raises:
        Conflict: the programme is closed.
    """
    if case.programme.status != WinBackProgramme.Status.ACTIVE:
        raise Conflict(_("挽回项目已结束。"))
    today = timezone.localdate()
    version, params = in_force(WinBackRule.id, today)
    case.cause, case.analysis, case.offer = cause, analysis.strip(), offer.strip()
    case.status, case.started_on, case.policy_version = Status.PLANNED, today, version
    fields = ["cause", "analysis", "offer", "status", "started_on", "policy_version"]
    store(case, by=by, fields=fields)
    for number, days in enumerate(params.contact_days, 1):
        raise_todo(
            contact_key(case.pk, number), _("挽回联系（第 %s 次）") % number,
            owner_id=case.owner_id, due_at=end_of_day(today + dt.timedelta(days=days)), by=by,
            customer_id=case.customer_id, link=f"/loyalty/winbackcase/{case.pk}/",
            policy_id=WinBackRule.id, policy_version_id=version.pk if version else None,
        )  # fmt: skip
    return case


def count_contacts(case: WinBackCase, *, by: Actor) -> None:
    """Count the contacts of the plan that were made, inside a transaction."""
    made = ToDo.unscoped.filter(source_key__startswith=contact_key(case.pk, ""), status="done")
    case.contacts_made = made.values("source_key").distinct().count()
    store(case, by=by, fields=["contacts_made"])


@action(
    "loyalty.close_win_back", on=WinBackCase, title=gettext_lazy("结案"), icon="flag",
    available=lambda row, _by: row.status == Status.PLANNED,
)  # fmt: skip
def close_win_back(
    case: WinBackCase,
    *,
    by: Actor,
    won: Annotated[bool, kinds.Bool(gettext_lazy("已挽回"))],
    result: Annotated[str, kinds.LongText(gettext_lazy("结果"))],
    cost: Annotated[Decimal, kinds.Money(gettext_lazy("费用"))],
) -> WinBackCase:
    """End the attempt; orders go on being counted.

    Raises:
        Invalid: a negative cost.
    """
    if cost < 0:
        raise Invalid(fields={"cost": [_("费用不能为负数。")]})
    case.status = Status.WON if won else Status.GIVEN_UP
    case.result, case.cost, case.closed_on = result.strip(), cost, timezone.localdate()
    store(case, by=by, fields=["status", "result", "cost", "closed_on"])
    params = in_force(WinBackRule.id, case.started_on)[1]
    keys = [contact_key(case.pk, n) for n in range(1, len(params.contact_days) + 1)]
    settle_todos(keys, by=by, result=_("挽回已结案"), done=False)
    emit(WinBackDecided(case.customer_id, str(case.programme), won), by=by)
    return case


@action(
    "loyalty.close_programme", on=WinBackProgramme, title=gettext_lazy("结束项目"), icon="flag",
    available=lambda row, _by: row.status == WinBackProgramme.Status.ACTIVE,
)  # fmt: skip
def close_programme(programme: WinBackProgramme, *, by: Actor) -> WinBackProgramme:
    """End the programme.

    Raises:
        Invalid: customers are still being won back.
    """
    if programme.cases.filter(status=Status.PLANNED, archived_at__isnull=True).exists():
        raise Invalid(_("还有挽回中的客户，请先结案。"))
    programme.status = WinBackProgramme.Status.CLOSED
    return store(programme, by=by, fields=["status"])


def track_reorders(on: dt.date, *, by: Actor) -> int:
    """Count the orders that won-back customers placed since we began, in one statement."""
    with recorded(by, "loyalty.track_reorders"), connection.cursor() as cursor:
        cursor.execute(REORDERED, {"on": on})
        return int(cursor.rowcount)
