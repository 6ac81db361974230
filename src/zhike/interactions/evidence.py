"""How far the contact rule is kept today, with the customers that wait too long (ORG-029)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.interactions.models import ToDo
from zhike.kernel.actor import Actor
from zhike.kernel.evidence import Compliance, Proof, sources
from zhike.kernel.policy_store import in_force

CADENCE = "interactions.contact_cadence"
SAMPLE = 5


def cadence_compliance(by: Actor, on: dt.date) -> Compliance:
    """Return how many of the reader's customers have no overdue contact to-do."""
    _version, params = in_force(CADENCE, on)
    grades = [grade for grade, days in params.days.items() if days is not None]
    free = [stage for stage, days in params.lifecycle_days.items() if days is None]
    customers = Customer.objects.visible_to(by).filter(grade__in=grades).exclude(lifecycle__in=free)
    late = ToDo.unscoped.filter(
        policy_id=CADENCE, status="open", due_at__lt=timezone.now(), customer__in=customers
    )
    total = customers.count()
    broken = late.values("customer_id").distinct().count()
    words = {"total": total, "kept": total - broken}
    sentence = _("%(total)d 家应按间隔联系的客户中，%(kept)d 家没有超期。") % words
    waiting = late.select_related("customer").order_by("due_at")[:SAMPLE]
    sample = [
        Proof(
            Customer.key(),
            int(todo.customer_id or 0),
            str(todo.customer),
            _("应于 %s 前联系") % timezone.localtime(todo.due_at).date().isoformat(),
            False,
        )
        for todo in waiting
    ]
    recent = customers.filter(last_contact_at__isnull=False).order_by("-last_contact_at")
    recent = recent.exclude(pk__in=late.values("customer_id"))
    sample += [
        Proof(
            Customer.key(),
            one.pk,
            str(one),
            _("%s 联系过") % timezone.localtime(one.last_contact_at).date().isoformat(),
            True,
        )
        for one in recent[: SAMPLE - len(sample)]
    ]
    return Compliance(total, total - broken, broken, sentence, sample, "/customers/customer/")


sources[CADENCE] = cadence_compliance
