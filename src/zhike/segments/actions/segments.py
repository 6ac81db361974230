"""Segments: written, listed, and put to use on their customers."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions import put_tags
from zhike.customers.models import Customer, CustomerTag
from zhike.identity.actions.notices import notify
from zhike.identity.queries import end_of_day
from zhike.interactions.models import ToDo
from zhike.kernel import kinds
from zhike.kernel.actions import (
    action,
    authorise,
    create_record,
    edit_record,
    linked,
    recorded,
    store,
)
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.segments.models import Segment, SegmentMember
from zhike.segments.queries.definition import BrokenDefinition, check, shaped
from zhike.segments.queries.members import asked, customers_of

# ruff: noqa: S608  (statements are put together from the ORM's own SQL)
FURTHEST = dt.timedelta(days=366)


def save_segment(
    values: Mapping[str, Any], definition: Any, *, by: Actor, target: int | None = None,
    version: int | None = None,
) -> Segment:  # fmt: skip
    """Make or change a segment with its question; a list is filled from the question at once.

    Raises:
        Forbidden, NotFound, Conflict: as of every form. Invalid: with ``definition`` naming the
            conditions that cannot be asked.
    """
    tree = _sound(definition, by)
    _by_hand(values, target)
    with recorded(by, "segments.save_segment"):
        if target is None:
            row = create_record(Segment, values, by=by)
        else:
            row = edit_record(Segment, target, values, by=by, version=version)
        row.definition = tree
        if row.kind == Segment.Kind.LIST and (target is None or not row.listed_on):
            _fill(row, asked(tree, by))
        store(row, by=by, fields=["definition", "listed_on"])
    return row


def _by_hand(values: Mapping[str, Any], target: int | None) -> None:
    """Refuse what only the model makes."""
    found = Segment.unscoped.filter(pk=target or 0, kind=Segment.Kind.CLUSTER).exists()
    if found or values.get("kind") == Segment.Kind.CLUSTER:
        raise Invalid(fields={"kind": [_("模型聚类由系统生成，不能手工新建或修改。")]})


def _sound(definition: Any, by: Actor) -> dict[str, Any]:
    try:
        tree = shaped(definition)
    except BrokenDefinition as error:
        raise Invalid(fields={"definition": [one.message for one in error.broken]}) from error
    broken = check(tree, by)
    if broken:
        raise Invalid(fields={"definition": [one.message for one in broken]})
    return tree


@action(
    "segments.define_segment", on=Segment, title=gettext_lazy("修改条件"), icon="filter",
)  # fmt: skip
def define_segment(
    segment: Segment,
    *,
    by: Actor,
    definition: Annotated[str, kinds.LongText(gettext_lazy("条件（JSON）"))],
) -> Segment:
    """Set the question of a segment from its JSON, as the API sends it."""
    try:
        raw = json.loads(definition)
    except (ValueError, RecursionError) as error:
        raise Invalid(fields={"definition": [_("条件的格式不对。")]}) from error
    if segment.kind == Segment.Kind.CLUSTER:
        raise Invalid(fields={"definition": [_("模型聚类由系统生成，不能手工新建或修改。")]})
    segment.definition = _sound(raw, by)
    return store(segment, by=by, fields=["definition"])


def _is_list(row: Segment, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.kind == Segment.Kind.LIST and row.archived_at is None)


@action(
    "segments.refresh_list", on=Segment, title=gettext_lazy("按条件重新生成名单"), icon="refresh",
    available=_is_list, confirm=gettext_lazy("现有名单将被符合条件的客户替换。"),
)  # fmt: skip
def refresh_list(segment: Segment, *, by: Actor) -> Segment:
    """Replace the list by the customers that meet the question now."""
    tree = _sound(segment.definition, by)
    _fill(segment, asked(tree, by))
    return store(segment, by=by, fields=["listed_on"])


def _fill(segment: Segment, rows: "QuerySet[Any]") -> None:
    sql, given = rows.order_by().values("pk").query.sql_with_params()
    SegmentMember.objects.filter(segment=segment).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_segmentmember (segment_id, customer_id)"
            f" SELECT %s, q.id FROM ({sql}) AS q(id)",
            [segment.pk, *given],
        )
    segment.listed_on = timezone.now()


@action(
    "segments.add_to_list", on=Customer, verb="view", title=gettext_lazy("加入固定名单"),
    icon="list-check", many=True,
)  # fmt: skip
def add_to_list(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    segment: Annotated[Any, kinds.Link(gettext_lazy("固定名单"), Segment, models.CASCADE)],
) -> int:
    """Put the chosen customers on a list; returns how many were not on it yet.

    Raises:
        Invalid: no list, or a live segment. Forbidden: the actor may not change segments.
    """
    authorise(by, Segment.key(), "change")
    row = _segment(segment, by)
    if row.kind != Segment.Kind.LIST:
        raise Invalid(fields={"segment": [_("实时查询没有名单，请选择固定名单。")]})
    known = set(SegmentMember.objects.filter(segment=row).values_list("customer_id", flat=True))
    fresh = [pk for pk in customers.values_list("pk", flat=True) if pk not in known]
    made = [SegmentMember(segment=row, customer_id=pk) for pk in fresh]
    SegmentMember.objects.bulk_create(made, batch_size=5_000, ignore_conflicts=True)
    row.listed_on = timezone.now()
    store(row, by=by, fields=["listed_on"])
    return len(fresh)


def _segment(raw: Any, by: Actor) -> Segment:
    try:
        row = linked(kinds.Link("", Segment, models.CASCADE), raw, by=by)
    except ValidationError as error:
        raise Invalid(fields={"segment": list(error.messages)}) from error
    if row is None:
        raise Invalid(fields={"segment": [_("请选择一份固定名单。")]})
    return row  # type: ignore[no-any-return]


@action(
    "segments.plan_todos", on=Customer, verb="view", title=gettext_lazy("批量建待办"),
    icon="checklist", many=True,
)  # fmt: skip
def plan_todos(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    title: Annotated[str, kinds.Text(gettext_lazy("事项"), max_length=200)],
    due_on: Annotated[dt.date, kinds.Date(gettext_lazy("截止日期"))],
) -> int:
    """Give each customer's owner a to-do; returns how many. The same one is not made twice.

    Customers without an owner fall to the actor.

    Raises:
        Invalid: no text, or a day in the past or more than a year ahead.
    """
    authorise(by, ToDo.key(), "create")
    today = timezone.localdate()
    if not (title or "").strip():
        raise Invalid(fields={"title": [_("请填写事项。")]})
    if due_on is None or not today <= due_on <= today + FURTHEST:
        raise Invalid(fields={"due_on": [_("日期应在今天起一年以内。")]})
    mark = hashlib.sha256(f"{title.strip()}|{due_on}".encode()).hexdigest()[:16]
    now, text = timezone.now(), title.strip()
    rows = list(customers.values_list("pk", "owner_id", "unit_id"))
    keys = [f"plan:{mark}:{pk}" for pk, _owner, _unit in rows]
    open_now = ToDo.unscoped.filter(source_key__in=keys, status=ToDo.Status.OPEN)
    known = set(open_now.values_list("customer_id", flat=True))
    todos = [
        ToDo(
            title=text, customer_id=pk, family=ToDo.Family.CONTACT, due_at=end_of_day(due_on),
            owner_id=owner or by.user_id, unit_id=unit or by.unit_id,
            source_key=f"plan:{mark}:{pk}", created_at=now, updated_at=now,
            created_by_id=by.user_id, updated_by_id=by.user_id,
        )
        for pk, owner, unit in rows
        if pk not in known
    ]  # fmt: skip
    ToDo.unscoped.bulk_create(todos, batch_size=2_000, ignore_conflicts=True)
    _tell(todos, text, by)
    return len(todos)


def _tell(todos: list[ToDo], text: str, by: Actor) -> None:
    numbers: dict[int, int] = {}
    for one in todos:
        if one.owner_id and one.owner_id != by.user_id:
            numbers[one.owner_id] = numbers.get(one.owner_id, 0) + 1
    for owner, count in numbers.items():
        line = _("%(who)s 给您安排了 %(count)d 项待办") % {"who": by.name, "count": count}
        notify([owner], line, by=by, body=text, icon="checklist", url="/todos/")


@action(
    "segments.tag_members", on=Segment, verb="view", title=gettext_lazy("给成员打标签"), icon="tag",
)  # fmt: skip
def tag_members(
    segment: Segment,
    *,
    by: Actor,
    tag: Annotated[str, kinds.Text(gettext_lazy("标签"), max_length=30)],
    days: Annotated[
        int | None, kinds.Integer(gettext_lazy("有效天数（可不填）"), null=True, blank=True)
    ] = None,
) -> int:
    """Put a tag on the customers of a segment that the actor may change; its source is the rule."""
    authorise(by, Customer.key(), "change")
    if days is not None and not 1 <= int(days) <= 3_660:
        raise Invalid(fields={"days": [_("有效天数应在 1 到 3660 之间。")]})
    if not (tag or "").strip():
        raise Invalid(fields={"tag": [_("请填写至少一个标签。")]})
    try:
        members = customers_of(segment, by)
    except BrokenDefinition as error:
        raise Invalid(str(error)) from error
    changeable = Customer.objects.visible_to(by, "change")
    ids = list(members.filter(pk__in=changeable.values("pk")).values_list("pk", flat=True))
    until = timezone.localdate() + dt.timedelta(days=int(days)) if days else None
    return put_tags(ids, tag.strip(), by=by, source=CustomerTag.Source.RULE, expires_on=until)
