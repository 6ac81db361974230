"""Who of ours took part in a communication, and where its writer stood (DAT-006)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import User
from zhike.interactions.models import Attendee, Interaction
from zhike.interactions.policies import VisitRecordFacts, VisitRecordRule
from zhike.kernel.actions import store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.policy_store import in_force, sentence

PLACE = ("latitude", "longitude", "accuracy", "located_at")
EARLIER, LATER = dt.timedelta(days=1), dt.timedelta(minutes=10)


def ids_of(raw: str | Sequence[Any] | None) -> set[int]:
    """Return the numbers in a list or a text with commas; ``{0}`` where one is no number."""
    pieces = raw.replace("，", ",").split(",") if isinstance(raw, str) else list(raw or ())
    try:
        return {int(str(piece).strip()) for piece in pieces if str(piece).strip()}
    except ValueError:
        return {0}


def colleagues_of(raw: str | Sequence[Any] | None, by: Actor) -> list[User]:
    """Return the colleagues that are named, the writer left out.

    Raises:
        Invalid: somebody who is not an active colleague.
    """
    ids = ids_of(raw)
    rows = User.unscoped.filter(pk__in=ids, is_active=True, archived_at__isnull=True)
    found = list(rows.order_by("display_name", "id")) if ids else []
    if len(found) != len(ids):
        raise Invalid(fields={"colleagues": [_("我方参与人应为在职同事，请重新选择。")]})
    return [one for one in found if one.pk != by.user_id]


def attend(row: Interaction, people: Sequence[User], *, by: Actor) -> None:
    """Write down which colleagues took part."""
    for person in people:
        store(Attendee(interaction=row, customer_id=row.customer_id, user=person), by=by)


def keep_position(row: Interaction, text: str, by: Actor) -> None:
    """Put the position on the row; an empty text leaves it without one.

    Args:
        text: ``latitude,longitude,accuracy in metres,moment``; the last two may be missing.

    Raises:
        Invalid: no such position, a right that is missing, or a rule that does not allow it.
    """
    if not text:
        return
    refused = refusal(VisitRecordFacts(located=True), "location")
    if any(by.field_access(row.key(), name) in {"hidden", "readonly"} for name in PLACE):
        refused = _("您没有记录位置的权限。")
    if refused:
        raise Invalid(fields={"position": [refused]})
    pieces = [*text.replace("，", ",").split(","), "", ""][:4]
    now = timezone.now()
    try:
        for name, piece in zip(PLACE, pieces, strict=True):
            field: Any = Interaction._meta.get_field(name)
            rounded = piece.partition(".")[0] if name == "accuracy" else piece
            setattr(row, name, field.clean_value(rounded.strip()))
    except (ValidationError, ValueError) as error:
        raise Invalid(fields={"position": [_unreadable()]}) from error
    row.located_at = row.located_at or now
    whole = row.latitude is not None and row.longitude is not None and (row.accuracy or 0) >= 0
    if not whole or not now - EARLIER <= row.located_at <= now + LATER:
        raise Invalid(fields={"position": [_unreadable()]})


def _unreadable() -> str:
    return _("位置应为“纬度,经度,精度（米）,时间”，时间在一天以内，例如 31.230416,121.473701,15。")


def refusal(facts: VisitRecordFacts, part: str) -> str:
    """Return why the rule does not let the location or the photos be kept; empty if it does."""
    decision = VisitRecordRule().decide(facts, in_force(VisitRecordRule.id)[1])
    if decision.outcome[part]:
        return ""
    reasons = decision.reasons[:1] if part == "location" else decision.reasons[1:]
    broken = "；".join(sentence(one) for one in reasons if not one.holds)
    if part == "location":
        return _("现行规则不允许记录位置，请删除位置后保存。")
    return _("照片不能保存，现行规则要求：%s。") % broken
