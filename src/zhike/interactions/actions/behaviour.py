"""Taking in what contacts did elsewhere, with their consent, and letting it go again (DAT-008)."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.interactions.consents import BEHAVIOUR, agreed
from zhike.interactions.models import Behaviour
from zhike.interactions.policies import BehaviourFacts, BehaviourRule
from zhike.kernel.actions import authorise, recorded, store, writable
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid, PolicyRefused
from zhike.kernel.policy_store import in_force, sentence

BATCH = 5_000


def create_behaviour(model: type[Behaviour], values: Mapping[str, Any], *, by: Actor) -> Behaviour:
    """Keep an event of a contact; nothing is stored where the rule does not allow it.

    Raises:
        Forbidden: no right. Invalid: fields that do not fit, a contact without a customer.
        PolicyRefused: no valid consent, too old, in the future, or a kind that is not recorded.
    """
    authorise(by, model.key(), "create")
    with recorded(by, "interactions.behaviour.create"):
        row = model(**writable(model, values, by=by))
        _complete(row)
        _decide(row)
        return store(row, by=by)


def _complete(row: Behaviour) -> None:
    errors: dict[str, list[str]] = {}
    if row.person_id is None:
        errors["person"] = [_("请选择联系人。")]
    elif row.person.customer_id is None:
        errors["person"] = [_("联系人还没有所属客户，不能记录行为。")]
    else:
        row.customer_id = row.person.customer_id
    if row.occurred_at is None:
        errors["occurred_at"] = [_("请填写发生时间。")]
    if row.payload:
        try:
            fine = isinstance(json.loads(row.payload), dict)
        except (ValueError, RecursionError):
            fine = False
        if not fine:
            errors["payload"] = [_("附加数据应为 JSON 对象。")]
    try:
        parts = urlsplit(row.url or "")
        known = parts.scheme in {"http", "https", ""}
    except ValueError:
        known = False
    if known:
        # What stands behind the path may be a key or a name; nobody agreed to that.
        row.url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    else:
        errors["url"] = [_("地址应以 http:// 或 https:// 开头。")]
    if errors:
        raise Invalid(fields=errors)


def _decide(row: Behaviour) -> None:
    today, person = timezone.localdate(), int(row.person_id)
    then = min(timezone.localtime(row.occurred_at).date(), today)
    stood = person in agreed([person], BEHAVIOUR, then) & agreed([person], BEHAVIOUR, today)
    age = (timezone.now() - row.occurred_at).total_seconds() / 60
    facts = BehaviourFacts(kind=str(row.kind), minutes_old=age, consented=stood)
    decision = BehaviourRule().decide(facts, in_force(BehaviourRule.id)[1])
    if not decision.outcome:
        broken = [sentence(one) for one in decision.reasons if not one.holds]
        text = _("没有记录，规则要求：%s。") % "；".join(broken)
        raise PolicyRefused(text, policy=BehaviourRule.id, reasons=broken)


def purge_behaviour(*, by: Actor) -> int:
    """Delete what is older than the rule lets it be kept, or whose consent is gone.

    Returns:
        how many events went. Running again deletes nothing more.
    """
    params = in_force(BehaviourRule.id)[1]
    oldest = timezone.now() - dt.timedelta(days=params.retention_days)
    gone = 0
    with recorded(by, "interactions.purge_behaviour"):
        gone += Behaviour.unscoped.filter(occurred_at__lt=oldest).delete()[0]
    people = Behaviour.unscoped.order_by("person_id").values_list("person_id", flat=True)
    known = list(people.distinct())
    for start in range(0, len(known), BATCH):
        part = known[start : start + BATCH]
        lost = set(part) - agreed(part, BEHAVIOUR, timezone.localdate())
        gone += forget_behaviour(lost, by=by) if lost else 0
    return gone


def forget_behaviour(people: "set[int]", *, by: Actor) -> int:
    """Delete all events of these contacts, whose consent is gone."""
    with recorded(by, "interactions.forget_behaviour"):
        return Behaviour.unscoped.filter(person_id__in=people).delete()[0]
