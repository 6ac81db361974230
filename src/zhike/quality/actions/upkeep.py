"""Confirming, sorting and filing customer data, and asking owners for what is stale."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.queries import add_working_days, end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, authored, recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.outcome import Outcome
from zhike.kernel.policy_store import in_force
from zhike.quality.actions.score import score
from zhike.quality.models import CustomerScore, Filing, Verification
from zhike.quality.policies import Freshness

STALE_URL = "/quality/gaps/?show=stale&owner=me"


def verified(customer_ids: Iterable[int], origin: str, *, by: Actor) -> int:
    """Note that the data of these customers was found right today, and score them anew.

    Runs in the caller's transaction; a second time on the same day adds nothing.
    """
    ids, today, now = list(customer_ids), timezone.localdate(), timezone.now()
    already = set(
        Verification.unscoped.filter(
            customer_id__in=ids, verified_on=today, origin=origin
        ).values_list("customer_id", flat=True)
    )
    Verification.unscoped.bulk_create(
        [
            Verification(
                customer_id=pk, verified_on=today, origin=origin, created_at=now, updated_at=now,
                created_by_id=by.user_id, updated_by_id=by.user_id,
            )
            for pk in ids
            if pk not in already
        ],
        batch_size=1_000,
    )  # fmt: skip
    score(ids)
    _settle(Customer.unscoped.filter(pk__in=ids).values_list("owner_id", flat=True), by)
    return len(ids)


@action(
    "quality.confirm_data",
    on=Customer,
    title=gettext_lazy("确认资料无误"),
    icon="circle-check",
    many=True,
)
def confirm_data(customers: "QuerySet[Customer]", *, by: Actor) -> Outcome:
    """Confirm that the data of these customers is right as of today (DAT-019)."""
    ids = list(customers.filter(archived_at=None).values_list("pk", flat=True))
    count = verified(ids, Verification.Origin.OWNER, by=by)
    return Outcome(_("已确认 %d 家客户的资料") % count, count=count)


def ask_owners(on: dt.date | None = None) -> int:
    """Give every owner one to-do for all customers whose data is stale; returns how many owners.

    A to-do goes when nothing stale is left; its deadline stays as first set.
    """
    by = SYSTEM(reason=Freshness.id)
    version, params = in_force(Freshness.id, on)
    rows = CustomerScore.unscoped.filter(stale=True, customer__owner__isnull=False)
    counts = dict(
        rows.values_list("customer__owner_id")
        .annotate(n=Count("id"))
        .order_by("customer__owner_id")
    )
    due = end_of_day(add_working_days(on or timezone.localdate(), params.answer_days))
    with recorded(by, "quality.ask_owners"):
        known = _open_todos()
        for owner, count in counts.items():
            key = _key(owner)
            raise_todo(
                key, _("核实 %d 家客户的资料") % count, owner_id=owner,
                due_at=known.get(key, due), by=by, link=STALE_URL, policy_id=Freshness.id,
                policy_version_id=version.pk if version else None, facts={"count": count},
            )  # fmt: skip
        gone = [key for key in known if key not in {_key(owner) for owner in counts}]
        settle_todos(gone, by=by, result=_("资料已全部核实"))
    return len(counts)


def _key(owner: int) -> str:
    return f"{Freshness.id}:{owner}"


def _open_todos() -> dict[str, dt.datetime]:
    from zhike.interactions.models import ToDo

    rows = ToDo.unscoped.filter(policy_id=Freshness.id, status=ToDo.Status.OPEN)
    return dict(rows.values_list("source_key", "due_at"))


def _settle(owners: "Iterable[int | None]", by: Actor) -> None:
    wanted = {owner for owner in owners if owner}
    left = CustomerScore.unscoped.filter(stale=True, customer__owner_id__in=wanted)
    busy = set(left.values_list("customer__owner_id", flat=True))
    settle_todos([_key(owner) for owner in wanted - busy], by=by, result=_("资料已全部核实"))


@action(
    "quality.sort_data",
    on=Customer,
    title=gettext_lazy("标为已整理"),
    icon="stack-2",
    many=True,
)
def sort_data(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("说明"), max_length=200, blank=True)] = "",
) -> Outcome:
    """Note that the collected information of these customers was sorted (DAT-010)."""
    count = _file(customers, Filing.Status.SORTED, note, by)
    return Outcome(_("已整理 %d 家客户的信息") % count, count=count)


@action(
    "quality.file_data",
    on=Customer,
    title=gettext_lazy("归档客户信息"),
    icon="archive",
    many=True,
)
def file_data(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("说明"), max_length=200, blank=True)] = "",
) -> Outcome:
    """File the information of these customers; what was not sorted is sorted with it (DAT-010)."""
    count = _file(customers, Filing.Status.FILED, note, by)
    return Outcome(_("已归档 %d 家客户的信息") % count, count=count)


def _file(customers: "QuerySet[Customer]", status: str, note: str, by: Actor) -> int:
    ids = list(customers.filter(archived_at=None).values_list("pk", flat=True))
    today, now = timezone.localdate(), timezone.now()
    filed_on = today if status == Filing.Status.FILED else None
    known = Filing.unscoped.select_for_update().filter(customer_id__in=ids)
    there = set(known.values_list("customer_id", flat=True))
    changed = 0
    if filed_on:
        changed = known.filter(status=Filing.Status.SORTED).update(
            status=status, filed_on=filed_on, **({"note": note} if note else {}), **authored(by)
        )
    fresh = [
        Filing(
            customer_id=pk, status=status, sorted_on=today, filed_on=filed_on, note=note,
            created_at=now, updated_at=now, created_by_id=by.user_id, updated_by_id=by.user_id,
        )
        for pk in ids
        if pk not in there
    ]  # fmt: skip
    Filing.unscoped.bulk_create(fresh, batch_size=1_000)
    score(ids)
    return changed + len(fresh)
