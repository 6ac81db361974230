"""Typed relations between customers (DAT-031) and the account team (ORG-013)."""

import datetime as dt
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions.people import visible_customer
from zhike.customers.events import RelationAdded, TeamChanged
from zhike.customers.models import Customer, CustomerRelation, TeamMember, TeamRole
from zhike.identity.queries import active_colleague
from zhike.kernel import kinds
from zhike.kernel.actions import action, authored, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome

Kind = CustomerRelation.Kind
MIRROR = {
    Kind.PARENT: Kind.SUBSIDIARY,
    Kind.SUBSIDIARY: Kind.PARENT,
    Kind.COMPETITOR: Kind.COMPETITOR,
    Kind.SAME_CONTROLLER: Kind.SAME_CONTROLLER,
}


@action(
    "customers.add_relation",
    on=Customer,
    title=gettext_lazy("建立客户关系"),
    icon="sitemap",
)
def add_relation(
    customer: Customer,
    *,
    by: Actor,
    other: Annotated[Any, kinds.Link(gettext_lazy("关联客户"), Customer)],
    kind: Annotated[str, kinds.Choice(gettext_lazy("关系"), choices=Kind.choices, max_length=16)],
    valid_from: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("开始日期"), null=True, blank=True)
    ] = None,
    note: Annotated[str, kinds.Text(gettext_lazy("说明"), max_length=200, blank=True)] = "",
) -> CustomerRelation:
    """State that the customer is ``kind`` of the other; the other's page shows the inverse.

    Raises:
        Invalid: with itself, said already from either side, or a circle of parents.
    """
    partner = visible_customer(other, by, "other")
    if partner.pk == customer.pk:
        raise Invalid(fields={"other": [_("客户不能与自己建立关系。")]})
    if kind not in Kind.values:
        raise Invalid(fields={"kind": [_("没有这个选项。")]})
    if _stated(customer.pk, partner.pk, Kind(kind)):
        raise Invalid(fields={"other": [_("这条关系已经存在。")]})
    _refuse_circle(customer.pk, partner.pk, Kind(kind))
    relation = CustomerRelation(
        customer=customer, other=partner, kind=kind, valid_from=valid_from, note=note
    )
    store(relation, by=by)
    emit(
        RelationAdded(customer.pk, partner.pk, kind),
        RelationAdded(partner.pk, customer.pk, kind),
        by=by,
    )
    return relation


def _stated(one: int, two: int, kind: Kind) -> bool:
    rows = CustomerRelation.unscoped.filter(valid_to__isnull=True, archived_at__isnull=True)
    test = Q(customer_id=one, other_id=two, kind=kind)
    if kind in MIRROR:
        test |= Q(customer_id=two, other_id=one, kind=MIRROR[kind])
    return rows.filter(test).exists()


def _refuse_circle(one: int, two: int, kind: Kind) -> None:
    """Refuse a company that would become its own parent over any number of steps."""
    if kind not in {Kind.PARENT, Kind.SUBSIDIARY}:
        return
    parent, child = (one, two) if kind == Kind.PARENT else (two, one)
    seen: set[int] = set()
    level = {parent}
    while level and child not in level:
        seen |= level
        rows = CustomerRelation.unscoped.filter(valid_to__isnull=True, archived_at__isnull=True)
        above = rows.filter(kind=Kind.PARENT, other_id__in=level).values_list(
            "customer_id", flat=True
        )
        stated = rows.filter(kind=Kind.SUBSIDIARY, customer_id__in=level).values_list(
            "other_id", flat=True
        )
        level = {*above, *stated} - seen
    if child in level:
        raise Invalid(fields={"other": [_("这会形成循环：对方已是上级公司。")]})


@action(
    "customers.end_relation",
    on=CustomerRelation,
    title=gettext_lazy("结束关系"),
    icon="link-off",
    available=lambda row, _by: row.valid_to is None,
)
def end_relation(
    relation: CustomerRelation,
    *,
    by: Actor,
    on: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("结束日期"), null=True, blank=True)
    ] = None,
) -> CustomerRelation:
    """End the relation on a day; it stays in the history."""
    day = on or timezone.localdate()
    if relation.valid_from and day < relation.valid_from:
        raise Invalid(fields={"on": [_("结束日期不能早于开始日期。")]})
    relation.valid_to = day
    return store(relation, by=by, fields=["valid_to"])


@action(
    "customers.add_team_member",
    on=Customer,
    verb="assign",
    title=gettext_lazy("加入协作成员"),
    icon="user-plus",
)
def add_team_member(
    customer: Customer,
    *,
    by: Actor,
    user: Annotated[Any, kinds.Owner(gettext_lazy("成员"))],
    role: Annotated[
        str, kinds.Choice(gettext_lazy("团队角色"), choices=TeamRole.choices, max_length=12)
    ],
    valid_from: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("开始日期"), null=True, blank=True)
    ] = None,
    valid_to: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("结束日期"), null=True, blank=True)
    ] = None,
) -> TeamMember:
    """Put a colleague into the account team in a role, from today unless told otherwise."""
    start = valid_from or timezone.localdate()
    if valid_to and valid_to <= start:
        raise Invalid(fields={"valid_to": [_("结束日期应晚于开始日期。")]})
    colleague = active_colleague(user, "user")
    member = TeamMember(
        customer=customer, user=colleague, role=role, valid_from=start, valid_to=valid_to
    )
    store(member, by=by)
    emit(TeamChanged(customer.pk, colleague.pk, role, joined=True), by=by)
    return member


@action(
    "customers.share_customers",
    on=Customer,
    verb="assign",
    title=gettext_lazy("共享给同事"),
    icon="users-plus",
    many=True,
)
def share_customers(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    user: Annotated[Any, kinds.Owner(gettext_lazy("成员"))],
    role: Annotated[
        str, kinds.Choice(gettext_lazy("团队角色"), choices=TeamRole.choices, max_length=12)
    ] = TeamRole.FOLLOWER,
) -> Outcome:
    """Put a colleague into the account teams of all these customers, from today.

    Raises:
        Invalid: nobody chosen, or no such role.
    """
    colleague = active_colleague(user, "user")
    if role not in TeamRole.values:
        raise Invalid(fields={"role": [_("没有这个选项。")]})
    now, today = timezone.now(), timezone.localdate()
    known = TeamMember.unscoped.filter(
        user=colleague, role=role, archived_at__isnull=True, valid_to__isnull=True
    )
    missing = customers.exclude(pk__in=known.values("customer_id"))
    ids = list(missing.order_by("pk").values_list("pk", flat=True))
    TeamMember.unscoped.bulk_create(
        [
            TeamMember(
                customer_id=pk, user=colleague, role=role, valid_from=today, created_at=now,
                updated_at=now, created_by_id=by.user_id, updated_by_id=by.user_id,
            )
            for pk in ids
        ],
        batch_size=1_000,
        ignore_conflicts=True,  # somebody shared the same a moment ago
    )  # fmt: skip
    emit(*(TeamChanged(pk, colleague.pk, role, joined=True) for pk in ids), by=by)
    words = {"who": colleague, "count": len(ids)}
    return Outcome(_("已共享给 %(who)s，共 %(count)d 家") % words, count=len(ids))


@action(
    "customers.remove_team_member",
    on=TeamMember,
    verb="assign",
    title=gettext_lazy("移出协作团队"),
    icon="user-minus",
    danger=True,
    leaves_scope=True,
)
def remove_team_member(member: TeamMember, *, by: Actor) -> TeamMember:
    """End the membership today; it stays in the history."""
    today = timezone.localdate()
    if member.valid_to is None or member.valid_to > today:
        member.valid_to = max(today, member.valid_from)
        store(member, by=by, fields=["valid_to"])
        emit(TeamChanged(member.customer_id, member.user_id, member.role, joined=False), by=by)
    return member


def keep_shared(
    customers: "QuerySet[Customer]", mark: str, *, user_id: int, role: str, until: dt.date,
    by: Actor,
) -> tuple[int, int]:  # fmt: skip
    """Keep a colleague in the account teams of exactly these customers, on behalf of one grant.

    Memberships carry ``mark`` and end with the grant; those made by people are left alone.

    Returns:
        How many customers came and how many went.
    """
    now, today = timezone.now(), timezone.localdate()
    mine = TeamMember.unscoped.filter(
        extra__grant=mark, user_id=user_id, role=role, archived_at__isnull=True,
        valid_to__gt=today,
    )  # fmt: skip
    with recorded(by, "customers.keep_shared"):
        gone = mine.exclude(customer_id__in=customers.order_by().values("pk"))
        left = list(gone.values_list("customer_id", flat=True))
        gone.update(valid_to=today, **authored(by))
        mine.exclude(valid_to=until).update(valid_to=until, **authored(by))
        missing = customers.exclude(pk__in=mine.values("customer_id"))
        ids = list(missing.order_by("pk").values_list("pk", flat=True))
        TeamMember.unscoped.bulk_create(
            [
                TeamMember(
                    customer_id=pk, user_id=user_id, role=role, valid_from=today, valid_to=until,
                    extra={"grant": mark}, created_at=now, updated_at=now,
                    created_by_id=by.user_id, updated_by_id=by.user_id,
                )
                for pk in ids
            ],
            batch_size=1_000,
        )  # fmt: skip
        emit(*(TeamChanged(pk, user_id, role, joined=True) for pk in ids), by=by)
        emit(*(TeamChanged(pk, user_id, role, joined=False) for pk in left), by=by)
    return len(ids), len(left)
