"""Documents and whom they cover."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.models import OrgUnit
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.rulebook.models import Coverage, Document


@action("rulebook.cover_units", on=Document, title=lazy("设置适用部门"), icon="sitemap")
def cover_units(row: Document, *, by: Actor, units: Sequence[int] = ()) -> Document:
    """Set the units (each with all below it) whose members have to sign the document."""
    wanted = {int(pk) for pk in units}
    known = set(
        OrgUnit.unscoped.filter(pk__in=wanted, archived_at=None).values_list("id", flat=True)
    )
    if wanted - known:
        raise Invalid(fields={"units": [_("所选部门不存在。")]})
    existing = {c.unit_id: c for c in Coverage.unscoped.filter(document_id=row.pk)}
    for unit_id in wanted - existing.keys():
        store(Coverage(document_id=row.pk, unit_id=unit_id), by=by)
    for unit_id, coverage in existing.items():
        archived = coverage.archived_at is not None
        if archived == (unit_id in wanted):
            coverage.archived_at = None if unit_id in wanted else timezone.now()
            store(coverage, by=by, fields=["archived_at"])
    return row
