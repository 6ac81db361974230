"""Take a merge back; what was edited since stays and is named (DAT-026)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.duplicates.actions.children import Link, link_named
from zhike.duplicates.actions.merge import follow_customers, locked, plain, restored
from zhike.duplicates.events import CustomersUnmerged, PersonsUnmerged
from zhike.duplicates.models import CUSTOMER, SUBJECTS, Merge, Pair
from zhike.duplicates.queries.merged import active_merge, undoable
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome


@action(
    "duplicates.undo_merge",
    on=Merge,
    title=gettext_lazy("撤销合并"),
    icon="arrow-back-up",
    danger=True,
    confirm=gettext_lazy("两条记录将各归各位；合并后的修改保留。"),
    available=lambda row, _by: undoable(row),
)
def undo_merge(merge: Merge, *, by: Actor) -> Outcome:
    """Give both records back what was theirs.

    What was changed, moved or deleted since the merge stays as it is now and is named in ``kept``.

    Raises:
        Conflict: the survivor was merged on, so that the later merge has to be undone first.
    """
    survivor, other = locked(merge.kind, merge.survivor_id, merge.other_id, by=by)
    later = active_merge(merge.kind, merge.survivor_id)
    if later:
        text = _("“%(name)s”之后又并入“%(into)s”，请先撤销那一次合并。")
        raise Conflict(text % {"name": merge.survivor_title, "into": later.survivor_title})
    kept: list[str] = []
    _remove_made(merge, kept)
    _give_back_values(merge, survivor, kept, by)
    _bring_back(other, kept, by)
    _give_back_children(merge, kept, by)
    merge.undone_at, merge.undone_by_id = timezone.now(), by.user_id
    merge.kept = kept
    store(merge, by=by, fields=["undone_at", "undone_by", "kept"])
    _reopen_pair(merge, by)
    _tell(merge, by)
    text = _("已撤销合并：%s") % merge.other_title
    return Outcome(text + (_("；保留了 %s 处后来的修改") % len(kept) if kept else ""))


def _remove_made(merge: Merge, kept: list[str]) -> None:
    for label, pks in merge.made.items():
        link = link_named(f"{label}.id")
        if link is None:
            continue
        untouched = link.rows(pks, version=1)
        left = len(pks) - untouched.count()
        untouched.delete()
        if left:
            kept.append(
                _("%(what)s：%(count)s 条后来改过，保留") % {"what": _title(link), "count": left}
            )


def _give_back_values(merge: Merge, survivor: Any, kept: list[str], by: Actor) -> None:
    """Put back each field that still holds what the merge wrote."""
    model = SUBJECTS[merge.kind]
    back: dict[str, Any] = {}
    for name, (before, after) in merge.changes.items():
        f: Any = model._meta.get_field(name)
        now = plain(f, getattr(survivor, f.attname))
        if now != after:
            kept.append(_("字段“%s”后来改过，保留现值") % f.verbose_name)
            continue
        back[name] = restored(f, before)
        setattr(survivor, f.attname, back[name])
    if not back:
        return
    store(survivor, by=by, fields=list(back))


def _bring_back(other: Any, kept: list[str], by: Actor) -> None:
    """Let the other record live again; a credit code given away meanwhile is left out."""
    other.archived_at = None
    try:
        with transaction.atomic():
            store(other, by=by, fields=["archived_at"])
    except Invalid:
        other.refresh_from_db()
        other.archived_at, other.credit_code = None, None
        kept.append(_("统一社会信用代码已由另一客户使用，恢复的客户不再带它"))
        store(other, by=by, fields=["archived_at", "credit_code"])


def _give_back_children(merge: Merge, kept: list[str], by: Actor) -> None:
    for label, pks in merge.moved.items():
        link = link_named(label)
        if link is None:
            kept.append(_("%s：此类记录已不存在") % label)
            continue
        rows = link.rows(pks, **{link.column: merge.survivor_id})
        still = list(rows.values_list("pk", flat=True))
        stuck = _colliding(link, still, merge)
        link.repoint([pk for pk in still if pk not in stuck], merge.other_id, by)
        gone = len(pks) - len(still)
        if gone:
            kept.append(
                _("%(what)s：%(count)s 条后来转走或删除，保持现状")
                % {"what": _title(link), "count": gone}
            )
        if stuck:
            kept.append(
                _("%(what)s：%(count)s 条对方已有，留在原处")
                % {"what": _title(link), "count": len(stuck)}
            )


def _colliding(link: Link, pks: list[int], merge: Merge) -> set[int]:
    from zhike.duplicates.actions.children import doubles

    return set(doubles(link, merge.survivor_id, merge.other_id)) & set(pks)


def _title(link: Link) -> str:
    return str(link.model._meta.verbose_name)


def _reopen_pair(merge: Merge, by: Actor) -> None:
    low, high = sorted((merge.survivor_id, merge.other_id))
    sides = {f"left_{merge.kind}_id": low, f"right_{merge.kind}_id": high}
    pair = Pair.unscoped.filter(**sides, status=Pair.Status.MERGED).first()
    if pair:
        pair.status = Pair.Status.OPEN
        store(pair, by=by, fields=["status"])


def _tell(merge: Merge, by: Actor) -> None:
    ids = merge.survivor_id, merge.other_id
    if merge.kind == CUSTOMER:
        follow_customers(list(ids), by)
        emit(CustomersUnmerged(*ids, merge.pk, merge.other_title), by=by)
    else:
        emit(PersonsUnmerged(*ids, merge.pk), by=by)
