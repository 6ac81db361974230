"""What a link may point to, for choosers, filters and forms."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from zhike.identity.queries import active_people, active_units
from zhike.kernel.actor import Actor


def target_of(field: Any) -> Any:
    """Return the model of a link; the kind of an action's parameter knows it only by name."""
    model = field.related_model
    return apps.get_model(model) if isinstance(model, str) else model


def choices_for(field: Any, by: Actor) -> "QuerySet[Any]":
    """Return the rows that the actor may choose for a foreign key.

    Colleagues and departments can be named by everybody who signs in: the company's address book
    is no business data, and hand-overs and filters need it.
    """
    target = target_of(field)
    label = target._meta.label_lower
    if label == "identity.user":
        return active_people()
    if label == "identity.orgunit":
        return active_units()
    rows: QuerySet[Any] = target.objects.visible_to(by, "view")
    return rows
