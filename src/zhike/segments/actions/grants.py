"""Access to a segment's customers: a colleague is in their account teams while it lasts (SEG-008).

No reader pays for this: the teams are what scopes look at anyway. A job keeps them in line with a
segment that changes; what the grantor may not hand out, the grant does not hand out either.
"""

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions import keep_shared
from zhike.customers.models import Customer, TeamRole
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.segments.models import Segment, SegmentGrant
from zhike.segments.queries.definition import BrokenDefinition
from zhike.segments.queries.members import customers_of
from zhike.trust.queries import actor_for

LONGEST = dt.timedelta(days=731)


@action(
    "segments.grant_segment", on=Segment, verb="view", title=gettext_lazy("按细分授权"),
    icon="user-share",
)  # fmt: skip
def grant_segment(
    segment: Segment,
    *,
    by: Actor,
    user: Annotated[Any, kinds.Owner(gettext_lazy("成员"))],
    valid_to: Annotated[dt.date, kinds.Date(gettext_lazy("授权截止日期"))],
    role: Annotated[
        str, kinds.Choice(gettext_lazy("团队角色"), choices=TeamRole.choices, max_length=12)
    ] = TeamRole.FOLLOWER,
) -> SegmentGrant:
    """Let a colleague work with the customers of a segment until a day.

    Raises:
        Forbidden: the actor may assign nobody's customers. Invalid: a day that has passed or is more
            than two years ahead, or a role that is none.
    """
    authorise(by, Customer.key(), "assign")
    if by.user_id is None:
        raise Forbidden(_("请由本人授权。"))
    today = timezone.localdate()
    errors: dict[str, list[str]] = {}
    if valid_to is None or not today < valid_to <= today + LONGEST:
        errors["valid_to"] = [_("截止日期应在明天起两年以内。")]
    if role not in TeamRole.values:
        errors["role"] = [_("没有这个选项。")]
    if errors:
        raise Invalid(fields=errors)
    grant = SegmentGrant(
        segment=segment, user_id=getattr(user, "pk", user), role=role, valid_to=valid_to,
        owner_id=by.user_id, unit_id=by.unit_id,
    )  # fmt: skip
    store(grant, by=by)
    _apply(grant, today)
    return grant


@action(
    "segments.end_grant", on=SegmentGrant, title=gettext_lazy("收回授权"), icon="user-minus",
    danger=True, available=lambda row, _by: row.ended_on is None,
)  # fmt: skip
def end_grant(grant: SegmentGrant, *, by: Actor) -> SegmentGrant:
    """Take the grant back today."""
    grant.ended_on = timezone.localdate()
    store(grant, by=by, fields=["ended_on"])
    _apply(grant, timezone.localdate())
    return grant


def apply_grants(on: dt.date) -> int:
    """Bring the teams in line with every grant that lasts; returns how many memberships moved."""
    rows = SegmentGrant.unscoped.filter(ended_on__isnull=True, archived_at__isnull=True)
    moved = 0
    for grant in rows.select_related("segment", "owner").order_by("pk"):
        moved += _apply(grant, on)
        if grant.valid_to <= on:
            grant.ended_on = on
            with recorded(SYSTEM(reason="按细分授权"), "segments.apply_grants"):
                store(grant, by=SYSTEM(reason="按细分授权"), fields=["ended_on"])
    return moved


def _apply(grant: SegmentGrant, on: dt.date) -> int:
    """Return how many memberships were changed; a broken segment or a grantor who left gives none."""
    rows = Customer.unscoped.none()
    by = actor_for(grant.owner, channel="job")
    lasts = grant.ended_on is None and grant.valid_to > on and grant.archived_at is None
    if lasts and grant.segment.archived_at is None and by.user_id is not None:
        may_assign = Customer.objects.visible_to(by, "assign")
        try:
            rows = customers_of(grant.segment, by).filter(pk__in=may_assign.values("pk"))
        except BrokenDefinition:
            rows = Customer.unscoped.none()
    came, went = keep_shared(
        rows, f"segment:{grant.pk}", user_id=grant.user_id, role=grant.role, until=grant.valid_to,
        by=SYSTEM(reason="按细分授权"),
    )  # fmt: skip
    return came + went
