"""From the values of a generic door (form, API, import) to the values of a step on a customer."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.actions import Action, linked
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid

SYSTEM_OWNED = ("owner", "unit")


def split_customer(
    model: type[Model], step: Action, values: Mapping[str, Any], by: Actor
) -> tuple[Customer, dict[str, Any]]:
    """Return the customer named among the values, and the step's own values cleaned.

    Raises:
        Invalid: unknown fields, values that a kind refuses, something missing, or no customer
            that the actor may see.
    """
    given = {name: raw for name, raw in values.items() if name not in SYSTEM_OWNED}
    field: Any = model._meta.get_field("customer")
    raw_customer = given.pop("customer", given.pop("customer_id", None))
    kept: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    try:
        customer = linked(field, raw_customer, by=by)
    except ValidationError as error:
        customer, errors["customer"] = None, list(error.messages)
    if customer is None and not errors:
        errors["customer"] = [_("请选择客户。")]
    for name, raw in given.items():
        kind = step.fields.get(name)
        if kind is None:
            errors[name] = [_("没有这个字段，或它由系统维护。")]
            continue
        try:
            kept[name] = (
                linked(kind, raw, by=by) if isinstance(kind, kinds.Link) else kind.clean_value(raw)
            )
        except ValidationError as error:
            errors[name] = list(error.messages)
    missing = step.fields.keys() - step.optional - given.keys()
    errors.update({name: [_("必填，当前为空")] for name in sorted(missing)})
    if errors:
        raise Invalid(fields=errors)
    return customer, kept
