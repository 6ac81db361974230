"""Entering and correcting what customers say of us."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.kernel.actions import create_record, edit_record, recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.surveys.events import SatisfactionRecorded
from zhike.surveys.models import Satisfaction
from zhike.surveys.policies import SatisfactionFacts, SatisfactionStandard
from zhike.surveys.queries import standard


def record_satisfaction(
    model: type[Satisfaction], values: Mapping[str, Any], *, by: Actor
) -> Satisfaction:
    """Write a score down.

    Raises:
        Forbidden; Invalid: a day in the future, a contact of another customer, a score beyond the
            scale.
    """
    with recorded(by, f"{model.key()}.create"):
        row = create_record(model, values, by=by)
        _check(row)
        facts = SatisfactionFacts(score=Decimal(row.score))
        level = SatisfactionStandard().decide(facts, standard(row.rated_on)).outcome
        emit(
            SatisfactionRecorded(row.customer_id, row.pk, str(row.aspect), int(row.score), level),
            by=by,
        )
    return row


def edit_satisfaction(
    model: type[Satisfaction],
    target: "Satisfaction | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Satisfaction:
    """Correct a score under the same rules; the history keeps what stood there.

    Raises:
        Forbidden, NotFound, Invalid, Conflict: nothing was written.
    """
    with recorded(by, f"{model.key()}.edit"):
        row = edit_record(model, target, values, by=by, version=version)
        _check(row)
    return row


def _check(row: Satisfaction) -> None:
    if row.rated_on > timezone.localdate():
        raise Invalid(fields={"rated_on": [_("评价日期不能晚于今天。")]})
    if row.person is not None and row.person.customer_id != row.customer_id:
        raise Invalid(fields={"person": [_("评价人不是这家客户的联系人。")]})
