"""Who sees a pooled customer: the members of its pool."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.identity.queries import ancestors
from zhike.kernel.actor import Actor
from zhike.kernel.scope import EVERYBODY, NOBODY, Because, Scope

if TYPE_CHECKING:
    from zhike.kernel.records import Record


class InMyPools(Scope):
    """Rows whose pool names the actor, or a unit at or above the actor's own."""

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the condition on ``pool``."""
        breadth = by.breadth(model.key(), verb)
        if breadth.everything:
            return EVERYBODY
        if not breadth or not by.user_id:
            return NOBODY
        return Q(pool_id__in=pools_of(by))

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return whether the right and the membership are there."""
        breadth = by.breadth(row.key(), verb)
        member = row.pool_id in pools_of(by)  # type: ignore[attr-defined]
        return [
            Because(breadth.everything, _("角色授权范围为全部数据")),
            Because(bool(breadth) and member, _("是这个公海的成员，且角色对公海客户有授权")),
        ]


def pools_of(by: Actor, *, admin: bool = False) -> set[int]:
    """Return the pools from which the actor works; with ``admin`` those that he administers."""
    members: Any = apps.get_model("pool.PoolMember")
    units = {unit for own in by.unit_ids for unit in (own, *ancestors(own))}
    mine = Q(user_id=by.user_id) | Q(unit_id__in=units)
    rows = members.unscoped.filter(mine, archived_at__isnull=True)
    if admin:
        rows = rows.filter(is_admin=True)
    return set(rows.values_list("pool_id", flat=True))
