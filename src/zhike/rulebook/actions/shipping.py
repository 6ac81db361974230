"""Putting the documents that ship into an empty rule book."""

from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from zhike.identity.models import OrgUnit
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.rulebook.models import Clause, Coverage, Document, Edition

SHIPPED = Path(__file__).resolve().parents[1] / "handbook"


def ensure_handbook(*, by: Actor, publish: bool = True) -> list[Document]:
    """Add the shipped documents whose code is not there yet; the company may edit all of them.

    They cover the top units. A clause is bound only to a rule that exists here.

    Args:
        by: the system or the first administrator.
        publish: in force from today; otherwise the first edition stays a draft.

    Returns:
        The documents that were added.
    """
    authorise(by, Document.key(), "create")
    added = []
    with recorded(by, "rulebook.ensure_handbook"):
        for path in sorted(SHIPPED.glob("*.yaml")):
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            if not Document.unscoped.filter(code=content["code"]).exists():
                added.append(_add(content, by, publish))
    return added


def _add(content: dict[str, Any], by: Actor, publish: bool) -> Document:
    document = store(
        Document(code=content["code"], title=content["title"], summary=content["summary"]), by=by
    )
    status = Edition.Status.PUBLISHED if publish else Edition.Status.DRAFT
    edition = Edition(
        document=document, number=1, status=status, effective_on=timezone.localdate(),
        reason=content["reason"], decided_at=timezone.now() if publish else None,
    )  # fmt: skip
    store(edition, by=by)
    for position, clause in enumerate(content["clauses"], 1):
        bound = clause.get("policy", "")
        made = Clause(
            edition=edition, number=clause["number"], position=position,
            heading=clause["heading"], text=clause["text"].strip(),
            policy_id=bound if bound in registry.policies else "",
        )  # fmt: skip
        store(made, by=by)
    tops = OrgUnit.unscoped.filter(archived_at=None, kind=OrgUnit.Kind.COMPANY)
    for unit in tops:
        store(Coverage(document=document, unit=unit), by=by)
    return document
