"""What the company writes into the data dictionary, and foreign values mapped to its standard."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.kernel.actions import authored, authorise, create_record, edit_record, lock, recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid, NotFound
from zhike.quality.actions.score import score
from zhike.quality.models import CodeList, CodeTerm, FieldNote


def describe_field(model: type[FieldNote], values: Mapping[str, Any], *, by: Actor) -> FieldNote:
    """Write the company's own words on a field of a resource (DAT-012).

    Raises:
        Forbidden, Invalid: nothing was written, such as for a field that does not exist.
    """
    field = str(values.get("field") or "")
    try:
        known = {f.name for f in apps.get_model(str(values.get("resource") or ""))._meta.fields}
    except (LookupError, ValueError):
        raise Invalid(fields={"resource": [_("没有这个对象。")]}) from None
    if field not in known:
        raise Invalid(fields={"field": [_("没有这个字段，或它由系统维护。")]})
    return create_record(model, values, by=by)


def map_value(code_list: int, raw: str, standard: str, *, by: Actor) -> CodeTerm:
    """Say which standard value a foreign value means (DAT-015).

    Raises:
        Invalid: no standard value. Forbidden, NotFound: nothing was written.
    """
    authorise(by, CodeTerm.key(), "create")
    found = CodeList.objects.visible_to(by).filter(pk=code_list).first()
    if found is None:
        raise NotFound
    if standard not in found.values_allowed():
        raise Invalid(fields={"standard": [_("请选择一个标准值。")]})
    term = CodeTerm.unscoped.filter(code_list=found, raw=raw, archived_at=None).first()
    if term is not None:
        return edit_record(CodeTerm, term, {"standard": standard}, by=by)
    values = {"code_list": found.pk, "raw": raw, "standard": standard}
    return create_record(CodeTerm, values, by=by)


def apply_mapping(code_list: int, *, by: Actor) -> int:
    """Write the standard value wherever a mapped foreign value stands; returns how many customers.

    Only customers that the actor may change; the history names the act.
    """
    authorise(by, Customer.key(), "change")
    with recorded(by, "quality.apply_mapping"):
        found = lock(CodeList, code_list, by=by, verb="change")
        changed: list[int] = []
        name = str(found.field)
        for raw, standard in found.terms.filter(archived_at=None).values_list("raw", "standard"):
            rows = Customer.objects.visible_to(by, "change").filter(**{name: raw})
            ids = list(rows.values_list("pk", flat=True))
            Customer.unscoped.filter(pk__in=ids).update(**{name: standard}, **authored(by))
            changed += ids
        score(changed)
    return len(changed)
