"""How far grading is carried out today, with the records that show it (ORG-029)."""

import datetime as dt

from django.utils.translation import gettext as _

from zhike.customers.models import Customer, GradeAssessment, GradingRun
from zhike.kernel.actor import Actor
from zhike.kernel.evidence import Compliance, Proof, sources
from zhike.kernel.policy_store import in_force

FIVE_TIERS = "customers.grade"
SAMPLE = 5


def grading_compliance(by: Actor, on: dt.date) -> Compliance:
    """Return how many of the reader's customers hold a grade by the version in force."""
    version, _params = in_force(FIVE_TIERS, on)
    customers = Customer.objects.visible_to(by)
    held = GradeAssessment.unscoped.filter(scheme=FIVE_TIERS, valid_to=None)
    graded = customers.filter(pk__in=held.values("customer_id"))
    total, kept = customers.count(), graded.count()
    run = GradingRun.unscoped.filter(scheme=FIVE_TIERS).order_by("-on", "-id").first()
    name = f"v{version.number}" if version else _("出厂参数")
    if run is None:
        sentence = _("还没有全量评定过；现行为%(version)s。") % {"version": name}
    else:
        same = run.policy_version_id == (version.pk if version else None)
        text = (
            _("最近一次全量评定 %(day)s，按现行的%(version)s。")
            if same
            else _("最近一次全量评定 %(day)s，早于现行的%(version)s，待重新评定。")
        )
        sentence = text % {"day": run.on.isoformat(), "version": name}
    missing = customers.exclude(pk__in=held.values("customer_id")).order_by("id")[:SAMPLE]
    sample = [Proof(Customer.key(), c.pk, str(c), _("还没有定级"), False) for c in missing]
    newest = held.filter(customer__in=customers).select_related("customer").order_by("-id")
    sample += [
        Proof(
            Customer.key(),
            one.customer_id,
            str(one.customer),
            f"{one.get_origin_display()} · {one.valid_from.isoformat()}",
            True,
        )
        for one in newest[: SAMPLE - len(sample)]
    ]
    return Compliance(total, kept, total - kept, sentence, sample, "/customers/customer/")


sources[FIVE_TIERS] = grading_compliance
