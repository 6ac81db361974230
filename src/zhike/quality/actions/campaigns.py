"""The cleaning campaign: planned, worked off by the owners, signed by a second person (DAT-017)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.identity.models import User
from zhike.identity.queries import end_of_day, roles_of
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.interactions.models import ToDo
from zhike.kernel.actions import action, authored, authorise, create_record, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Forbidden, PolicyRefused
from zhike.kernel.policy_store import in_force
from zhike.quality.actions.score import score
from zhike.quality.actions.upkeep import verified
from zhike.quality.models import Campaign, CampaignItem, Verification
from zhike.quality.policies import Cleaning
from zhike.quality.queries.doors import cleaning_due

URL = "/quality/campaigns/"
RESPONSIBLE = "crm_supervisor"


def plan_campaign(model: type[Campaign], values: Mapping[str, Any], *, by: Actor) -> Campaign:
    """Plan a cleaning; its worklist is drawn when it starts.

    Raises:
        Forbidden, Invalid: nothing was written.
    """
    return create_record(model, values, by=by)


@action(
    "quality.start_campaign",
    on=Campaign,
    title=gettext_lazy("启动清洗"),
    icon="player-play",
    available=lambda row, _by: row.status == Campaign.Status.PLANNED,
    confirm=gettext_lazy("将为每位负责人生成清洗清单与待办。"),
)
def start_campaign(campaign: Campaign, *, by: Actor) -> Campaign:
    """Score everybody, put every live customer on the worklist, and give its owners their to-do."""
    score()
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO quality_campaignitem
            (version, extra, created_at, updated_at, campaign_id, customer_id)
            SELECT 1, '{}', %(now)s, %(now)s, %(campaign)s, c.id FROM customers_customer c
            LEFT JOIN quality_customerscore s ON s.customer_id = c.id
            WHERE c.archived_at IS NULL
              AND (%(everything)s OR s.below OR s.stale OR s.faults <> '[]'::jsonb)
            ON CONFLICT DO NOTHING""",
            {"now": now, "campaign": campaign.pk, "everything": campaign.everything},
        )
    campaign.status, campaign.started_by_id = Campaign.Status.RUNNING, by.user_id
    campaign.total, campaign.done = campaign.items.count(), 0
    store(campaign, by=by, fields=["status", "started_by", "total", "done"])
    due = end_of_day(campaign.ends_on)
    for owner, count in _open_by_owner(campaign).items():
        raise_todo(
            _key(campaign, owner), _("%(title)s：清洗 %(count)d 家客户") % {
                "title": campaign.title, "count": count},
            owner_id=owner, due_at=due, by=by, link=f"{URL}{campaign.pk}/?owner=me",
            policy_id=Cleaning.id,
        )  # fmt: skip
    return campaign


def _open_by_owner(campaign: Campaign) -> dict[int, int]:
    rows = CampaignItem.unscoped.filter(
        campaign=campaign, done_on=None, customer__owner__isnull=False
    )
    found = rows.values_list("customer__owner_id").annotate(n=Count("id"))
    return dict(found.order_by("customer__owner_id"))


def _key(campaign: Campaign, owner: int) -> str:
    return f"{Cleaning.id}:{campaign.pk}:{owner}"


def complete_items(
    campaign_id: int, customers: "QuerySet[Customer] | list[int]", *, by: Actor
) -> int:
    """Tick off these customers as checked, mended and confirmed; returns how many were open.

    Args:
        customers: ids or rows; those outside the actor's right to change are left alone.

    Raises:
        Forbidden, Conflict: nothing was written.
    """
    authorise(by, Customer.key(), "change")
    ids = [one if isinstance(one, int) else one.pk for one in customers]
    mine = Customer.objects.visible_to(by, "change").filter(pk__in=ids).values("pk")
    with recorded(by, "quality.complete_items"):
        campaign = Campaign.unscoped.select_for_update().get(pk=campaign_id)
        if campaign.status != Campaign.Status.RUNNING:
            raise Conflict(_("这次清洗不在进行中。"))
        rows = CampaignItem.unscoped.filter(campaign=campaign, customer__in=mine, done_on=None)
        done = list(rows.values_list("customer_id", flat=True))
        rows.update(done_on=timezone.localdate(), done_by_id=by.user_id, **authored(by))
        campaign.done = campaign.items.filter(done_on__isnull=False).count()
        store(campaign, by=by, fields=["done"])
        verified(done, Verification.Origin.CAMPAIGN, by=by)
        _settle(campaign, done, by)
    return len(done)


def _settle(campaign: Campaign, done: list[int], by: Actor) -> None:
    owners = set(Customer.unscoped.filter(pk__in=done).values_list("owner_id", flat=True)) - {None}
    left = _open_by_owner(campaign)
    keys = [_key(campaign, owner) for owner in owners if owner is not None and owner not in left]
    settle_todos(keys, by=by, result=_("清单已全部完成"))


@action(
    "quality.sign_off_campaign",
    on=Campaign,
    verb="approve",
    title=gettext_lazy("签收清洗结果"),
    icon="signature",
    available=lambda row, _by: row.status == Campaign.Status.RUNNING,
)
def sign_off_campaign(campaign: Campaign, *, by: Actor) -> Campaign:
    """Accept the result: complete enough, and by a second person where the policy wants one."""
    params = in_force(Cleaning.id)[1]
    if params.other_person_signs and campaign.started_by_id == by.user_id:
        raise Forbidden(_("启动人不能签收自己的清洗，请由另一位有审批权的人签收。"))
    if campaign.done * 100 < campaign.total * params.done_percent:
        message = _("已清洗 %(done)d / %(total)d，未达到签收要求的 %(percent)d%%。") % {
            "done": campaign.done, "total": campaign.total, "percent": params.done_percent
        }  # fmt: skip
        raise PolicyRefused(message, policy=Cleaning.id)
    campaign.status = Campaign.Status.SIGNED
    campaign.signed_by_id, campaign.signed_on = by.user_id, timezone.localdate()
    store(campaign, by=by, fields=["status", "signed_by", "signed_on"])
    settle_todos([Cleaning.id], by=by, result=_("全库清洗已签收"))
    return campaign


def check_cleaning(on: dt.date | None = None) -> str:
    """Raise the alarm when a full cleaning is due or overdue (DAT-018); returns the state.

    Everybody in charge gets a notice and a to-do, once until it is signed.
    """
    decision = cleaning_due(on)
    if decision is None or decision.outcome["state"] == "fine":
        return "fine"
    state: str = decision.outcome["state"]
    due_on = dt.date.fromisoformat(decision.outcome["due_on"])
    by = SYSTEM(reason=Cleaning.id)
    title = (
        _("全库数据清洗已逾期，应在 %s 前完成")
        if state == "overdue"
        else _("全库数据清洗应在 %s 前完成")
    ) % due_on
    due = end_of_day(due_on)
    with recorded(by, "quality.check_cleaning"):
        people = _responsible()
        told = _told()
        raise_todo(
            Cleaning.id, title, owner_id=people[0] if people else None, due_at=due, by=by,
            link=URL, policy_id=Cleaning.id, facts={"state": state},
        )  # fmt: skip
        if told != state:
            notify(people, title, by=by, url=URL, icon="alert-triangle")
    return state


def _told() -> str | None:
    """Return the state that the open to-do tells of, None without one."""
    rows = ToDo.unscoped.filter(source_key=Cleaning.id, status=ToDo.Status.OPEN)
    return rows.values_list("facts__state", flat=True).first()


def _responsible() -> list[int]:
    """Return the people in the role that owns the policy, in the order of their accounts."""
    people = User.unscoped.filter(is_active=True, archived_at=None).order_by("pk")
    return [
        one.pk for one in people
        if RESPONSIBLE in {a.role.code for a in roles_of(one.pk).select_related("role")}
    ]  # fmt: skip
