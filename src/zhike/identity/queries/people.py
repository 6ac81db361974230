"""Who works here, in which unit, on a day."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import Membership, RoleAssignment, User
from zhike.kernel.errors import Invalid


def valid_on(on: dt.date) -> Q:
    """Return the condition "in force on a day" for rows with valid_from and exclusive valid_to."""
    open_end = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return Q(valid_from__lte=on, archived_at__isnull=True) & open_end


def memberships(user_id: int, on: dt.date | None = None) -> "QuerySet[Membership]":
    """Return the person's memberships on a day, the primary one first."""
    day = on or timezone.localdate()
    return Membership.unscoped.filter(valid_on(day), user_id=user_id).order_by("-is_primary", "id")


def primary_unit(user_id: int | None) -> int | None:
    """Return the unit in which a person mainly works today; None for nobody or nowhere."""
    if user_id is None:
        return None
    return memberships(user_id).values_list("unit_id", flat=True).first()


def holders(*roles: str, on: dt.date | None = None) -> list[int]:
    """Return the active people who hold one of these roles on a day, in the order of their ids."""
    held = RoleAssignment.unscoped.filter(
        valid_on(on or timezone.localdate()), role__code__in=roles, user__is_active=True
    )
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def active_colleague(who: Any, field: str = "owner") -> User:
    """Return a person who works here now, by id or as the account itself.

    Raises:
        Invalid: nobody, or somebody who has left; the message stands at ``field``.
    """
    pk = who.pk if isinstance(who, User) else who
    try:
        return User.unscoped.get(pk=int(pk), is_active=True, archived_at__isnull=True)
    except (User.DoesNotExist, ValueError, TypeError, OverflowError):
        raise Invalid(fields={field: [_("请选择一位在职成员。")]}) from None
