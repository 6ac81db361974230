"""Requests of the pool as they wait on the workbench."""

from zhike.kernel.actor import Actor
from zhike.kernel.approvals import Approval, ApprovalSource, register
from zhike.pool.actions import decide_request
from zhike.pool.queries.requests import waiting


def _waiting(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk,
            f"{row.get_kind_display()} · {row.customer}",
            f"{row.requester or ''} · {row.reason}"[:120],
            f"/pool/poolrequest/{row.pk}/",
            row.created_at,
            "recycle",
        )
        for row in waiting(by, limit)
    ]


def _decide(pk: int, approve: bool, note: str, by: Actor) -> None:
    decide_request(pk, by=by, approve=approve, note=note)


register(ApprovalSource("pool.requests", _waiting, _decide))
