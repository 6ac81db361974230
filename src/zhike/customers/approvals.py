"""Requests to adjust a grade by hand, as they wait on the workbench (SEG-031)."""

from django.utils.translation import gettext as _

from zhike.customers.actions.overrides import approve_grade_override, reject_grade_override
from zhike.customers.models import Grade
from zhike.customers.queries.grades import overrides_waiting
from zhike.kernel.actor import Actor
from zhike.kernel.approvals import Approval, ApprovalSource, register


def _waiting(by: Actor, limit: int) -> list[Approval]:
    names = dict(Grade.choices)
    return [
        Approval(
            row.pk,
            _("分级调整 %(from)s → %(to)s")
            % {
                "from": names.get(row.customer.grade, row.customer.grade),
                "to": names.get(row.grade, row.grade),
            },
            f"{row.customer} · {row.created_by or ''} · {row.reason}"[:120],
            f"/customers/gradeoverride/{row.pk}/",
            row.created_at,
            "arrow-up-right",
        )
        for row in overrides_waiting(by, limit)
    ]


def _decide(pk: int, approve: bool, note: str, by: Actor) -> None:
    (approve_grade_override if approve else reject_grade_override)(pk, by=by, note=note)


register(ApprovalSource("customers.overrides", _waiting, _decide))
