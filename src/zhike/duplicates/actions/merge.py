"""Merge two records into one, with all that undoing needs (DAT-026)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.actions import refresh_figures, regrade
from zhike.customers.actions.tags import refresh_tag_names
from zhike.customers.models import TeamMember
from zhike.duplicates.actions.children import doubles, touched
from zhike.duplicates.events import CustomersMerged, PersonsMerged
from zhike.duplicates.models import CUSTOMER, SUBJECTS, Merge, Pair
from zhike.duplicates.queries.merged import active_merge, undo_period
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.events import emit
from zhike.kernel.records import SERVER_FIELDS

LATER = ("last_contact_at",)  # of two moments the later one is true of both together
SOONER = ("next_step_on",)
CODES = {"code"}  # the survivor keeps its own; the other's leads to it


def mergeable_fields(kind: str) -> list[str]:
    """Return the fields whose value the person who merges may choose."""
    return [
        f.name
        for f in SUBJECTS[kind]._meta.fields
        if f.editable and not f.primary_key and f.name not in SERVER_FIELDS and f.name not in CODES
    ]


def merge_records(
    kind: str, survivor_id: int, other_id: int, *, by: Actor, take: "list[str] | None" = None,
    reason: str = "", versions: Mapping[int, int] | None = None,
) -> Merge:  # fmt: skip
    """Let everything of ``other`` belong to ``survivor``, and put ``other`` away.

    Args:
        take: fields whose value comes from ``other``; the rest stays as the survivor has it.
        versions: id -> version that the person saw; None = whatever is stored.

    Raises:
        Forbidden, NotFound: not both may be changed. Invalid: one record with itself, an unknown
        field. Conflict: one was merged, archived or changed meanwhile.
    """
    authorise(by, Merge.key(), "create")
    if survivor_id == other_id:
        raise Invalid(_("请选择两条不同的记录。"))
    wanted = _known_fields(kind, take or [], by)
    with recorded(by, "duplicates.merge", reason=reason):
        survivor, other = locked(kind, survivor_id, other_id, by=by)
        _still_fit(kind, survivor, other, versions or {})
        merge = Merge(
            kind=kind, survivor_title=_named(survivor), other_title=_named(other),
            other_code=getattr(other, "code", ""), reason=reason[:200],
            undo_until=undo_period(timezone.localdate()),
            **{f"survivor_{kind}_id": survivor.pk, f"other_{kind}_id": other.pk},
        )  # fmt: skip
        other.archived_at = timezone.now()
        store(other, by=by, fields=["archived_at"])
        _move_children(kind, merge, by)
        _take_values(kind, merge, survivor, other, wanted, by)
        store(merge, by=by)
        _settle_pairs(kind, survivor.pk, other.pk, by)
        _follow(kind, merge, by)
    return merge


def _named(row: Any) -> str:
    return str(row.name)[:200]


def _known_fields(kind: str, names: list[str], by: Actor) -> list[str]:
    known = set(mergeable_fields(kind))
    key = SUBJECTS[kind].key()
    for name in names:
        if name not in known:
            raise Invalid(fields={name: [_("没有这个字段，或它由系统维护。")]})
        if not by.is_system and by.field_access(key, name) in {"hidden", "readonly"}:
            raise Invalid(fields={name: [_("您没有修改这个字段的权限。")]})
    return names


def locked(kind: str, one: int, two: int, *, by: Actor) -> tuple[Any, Any]:
    """Return both rows locked, always the smaller id first, so that two merges cannot block each other.

    Raises:
        NotFound: one is out of the actor's reach; Forbidden: visible but not to be changed.
    """
    model = SUBJECTS[kind]
    rows = model.objects.visible_to(by, "change", archived=True).filter(pk__in=[one, two])
    found = {row.pk: row for row in rows.order_by("pk").select_for_update(of=("self",))}
    if len(found) < 2:
        seen = model.objects.visible_to(by, "view", archived=True).filter(pk__in=[one, two]).count()
        if seen == 2:
            raise Forbidden(
                _("您可以查看但不能修改其中一条记录。"), resource=model.key(), verb="change"
            )
        raise NotFound
    return found[one], found[two]


def _still_fit(kind: str, survivor: Any, other: Any, versions: Mapping[int, int]) -> None:
    for row in (survivor, other):
        merge = active_merge(kind, row.pk)
        if merge:
            text = _("“%(name)s”已并入“%(into)s”。")
            raise Conflict(text % {"name": _named(row), "into": merge.survivor_title})
        if row.archived_at is not None:
            raise Conflict(_("“%s”已归档，请先恢复再合并。") % _named(row))
        if row.pk in versions and versions[row.pk] != row.version:
            raise Conflict(_("“%s”刚被他人修改，请重新核对后再合并。") % _named(row))


def _move_children(kind: str, merge: Merge, by: Actor) -> None:
    for link in touched(kind, merge.other_id):
        stay = doubles(link, merge.other_id, merge.survivor_id)
        rows = link.rows(None, **{link.column: merge.other_id}).exclude(pk__in=stay)
        pks = list(rows.values_list("pk", flat=True))
        if pks:
            link.repoint(pks, merge.survivor_id, by)
            merge.moved[link.label] = pks
        if stay:
            merge.stayed[link.label] = stay
    merge.children = sum(len(pks) for pks in merge.moved.values())


def _take_values(
    kind: str, merge: Merge, survivor: Any, other: Any, wanted: list[str], by: Actor
) -> None:
    """Write the chosen values, and keep what stood there before."""
    survivor.refresh_from_db()  # a row of the other may have been its own main contact
    new: dict[str, Any] = {}
    for name in wanted:
        chosen: Any = SUBJECTS[kind]._meta.get_field(name)
        attname = chosen.attname
        if getattr(survivor, attname) != getattr(other, attname):
            new[name] = getattr(other, attname)
    for names, choose in ((LATER, max), (SOONER, min)):
        for name in names:
            values = [getattr(row, name, None) for row in (survivor, other)]
            known = [value for value in values if value is not None]
            if known and choose(known) != values[0]:
                new[name] = choose(known)
    if kind == CUSTOMER and survivor.primary_contact_id is None and other.primary_contact_id:
        new["primary_contact"] = other.primary_contact_id
    for name, value in new.items():
        f: Any = SUBJECTS[kind]._meta.get_field(name)
        merge.changes[name] = [plain(f, getattr(survivor, f.attname)), plain(f, value)]
        setattr(survivor, f.attname, value)
    if new:
        store(survivor, by=by, fields=list(new))
    if kind == CUSTOMER:
        _keep_owner(merge, survivor, other, by)


def plain(f: Any, value: Any) -> Any:
    """Return a stored value as JSON keeps it, and as it can be compared later."""
    return None if value is None else f.value_to_string(_Holder(f.attname, value))


class _Holder:
    """What ``Field.value_to_string`` reads a value from."""

    def __init__(self, attname: str, value: Any) -> None:
        setattr(self, attname, value)


def restored(f: Any, text: Any) -> Any:
    """Return the value that ``plain`` kept.

    Raises:
        ValidationError: a later release reads it otherwise.
    """
    if text is None:
        return None
    return f.target_field.to_python(text) if f.is_relation else f.to_python(text)


def _keep_owner(merge: Merge, survivor: Any, other: Any, by: Actor) -> None:
    """Let the owner who lost the customer go on working with it, as a member of the team."""
    owners = {survivor.owner_id, other.owner_id} | {
        int(value) for value in merge.changes.get("owner", []) if value
    }
    for user in sorted(owners - {survivor.owner_id, None}):
        today = timezone.localdate()
        rows = TeamMember.unscoped.filter(customer_id=survivor.pk, user_id=user)
        if (
            rows.filter(archived_at__isnull=True)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
            .exists()
        ):
            continue
        member = TeamMember(customer_id=survivor.pk, user_id=user, role="sales", valid_from=today)
        store(member, by=by)
        merge.made.setdefault("customers.teammember", []).append(member.pk)


def _settle_pairs(kind: str, survivor: int, other: int, by: Actor) -> None:
    """Mark the pair, and put open pairs of the other away; the next scan finds them again."""
    low, high = sorted((survivor, other))
    both = Q(**{f"left_{kind}_id": low, f"right_{kind}_id": high})
    pair = Pair.unscoped.filter(both).first()
    if pair:
        pair.status = Pair.Status.MERGED
        store(pair, by=by, fields=["status"])
    touching = Q(**{f"left_{kind}_id": other}) | Q(**{f"right_{kind}_id": other})
    Pair.unscoped.filter(touching, status=Pair.Status.OPEN).delete()


def _follow(kind: str, merge: Merge, by: Actor) -> None:
    """Bring what follows from the children up to date, and tell."""
    if kind != CUSTOMER:
        emit(PersonsMerged(merge.survivor_id, merge.other_id, merge.pk), by=by)
        return
    follow_customers([merge.survivor_id], by)
    emit(CustomersMerged(merge.survivor_id, merge.other_id, merge.pk, merge.other_title), by=by)


def follow_customers(ids: list[int], by: Actor) -> None:
    """Compute figures, tag names and grades of these customers anew."""
    refresh_figures(ids, by=by)
    refresh_tag_names(ids, by=by)
    regrade(ids, on=timezone.localdate(), by=by)
