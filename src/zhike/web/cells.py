"""Rows of a list as HTML, formatted in Python: no template and no permission call per cell.

For each column one function is chosen once per page; it turns a row of plain values into the
content of a cell.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from django.db.models import ForeignKey
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import unprintable
from zhike.kernel.columns import BoundColumn
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web import badges, formats

Row = Mapping[str, Any]
Cell = Callable[[Row], str]
OFF_PAPER = ' class="zk-no-print"'  # too confidential for this reader to print
NONE = '<span class="zk-none">—</span>'
FEW = (kinds.Choice, kinds.Region, ForeignKey)  # kinds with few distinct values on a page


def rows_html(
    resource: Resource,
    by: Actor,
    columns: Sequence[BoundColumn],
    rows: Sequence[Row],
    *,
    selectable: bool = False,
) -> SafeString:
    """Return the ``<tr>`` of all rows.

    Args:
        rows: plain values by ``BoundColumn.source``, with ``id``.
        selectable: put a check box in front.
    """
    figures = [c for c in columns[1:] if is_number(c)]  # on phones money first, else any figure
    end = next((c for c in figures if look_of(c) == "money"), figures[0] if figures else None)
    makers = [title_cell(resource, columns[0])] if columns else []
    makers += [cell(column, by) for column in columns[1:]]
    starts = [_start(column, index, column is end) for index, column in enumerate(columns)]
    pairs = list(enumerate(starts))
    phone = _phone_line(columns)
    choose, url = escape(_("选择")), resource.url
    off_paper = unprintable(resource.model, by, [row["id"] for row in rows])
    made = []
    for row in rows:
        pk = row["id"]
        inner = [maker(row) for maker in makers]
        cells = "".join([f"{start}{inner[place]}</td>" for place, start in pairs])
        line = " ".join([said + inner[place] for place, said in phone if inner[place] != NONE])
        box = (
            f'<td><input type="checkbox" name="id" value="{pk}" aria-label="{choose} {pk}"></td>'
            if selectable
            else ""
        )
        css = OFF_PAPER if pk in off_paper else ""
        made.append(
            f'<tr id="row-{pk}"{css} data-peek="{url}{pk}/?peek=1" data-href="{url}{pk}/" tabindex="-1">'
            f'{box}{cells}<td class="zk-phone-only" data-cell="sub">{line}</td></tr>'
        )
    return mark_safe("".join(made))  # noqa: S308  (every value above went through escape)


def _start(column: BoundColumn, index: int, is_end: bool) -> str:
    """Return the opening tag of a column's cells; on phones name, figure and marks make a card."""
    kind = ' class="zk-r"' if is_number(column) else ""
    card = ' data-cell="name"' if index == 0 else ' data-cell="end"' if is_end else ""
    return f"<td{kind}{card}>"


def is_number(column: BoundColumn) -> bool:
    """Whether the column is right-aligned figures."""
    internal = column.field.get_internal_type()
    return column.align == "right" or internal in {
        "DecimalField", "IntegerField", "PositiveIntegerField", "FloatField", "BigIntegerField",
        "PositiveSmallIntegerField", "SmallIntegerField",
    }  # fmt: skip


def title_cell(resource: Resource, column: BoundColumn) -> Cell:
    """Return the first cell: mark and link to the record."""
    source, url, show = column.source, resource.url, column.show
    mark = _mark(column)

    def render(row: Row) -> str:
        text = show(row[source]) or f"#{row['id']}"
        return (
            f'<span class="zk-cell-name">{mark(row["id"], text)}'
            f'<a href="{url}{row["id"]}/">{escape(text)}</a></span>'
        )

    return render


def _mark(column: BoundColumn) -> Callable[[Any, str], str]:
    field = column.field
    if isinstance(field, kinds.CompanyName):
        return badges.company
    if isinstance(field, kinds.PersonName) or column.template == "person":
        return badges.avatar
    return lambda _key, _text: ""


def cell(column: BoundColumn, by: Actor) -> Cell:
    """Return the renderer of a column by its template, else by its kind."""
    maker = MAKERS.get(look_of(column), _text)
    return maker(column, by)


def look_of(column: BoundColumn) -> str:
    """Return the look of a cell: the declared one, else what the kind suggests."""
    if column.template != "text":
        return column.template
    field = column.field
    if isinstance(field, kinds.Owner) or (
        isinstance(field, ForeignKey) and field.related_model._meta.label_lower == "identity.user"
    ):
        return "person"
    for kind, look in _LOOKS:
        if isinstance(field, kind):
            return look
    if isinstance(field, ForeignKey):
        return "link"
    return {"DateTimeField": "ago", "BooleanField": "yes", "DateField": "date"}.get(
        field.get_internal_type(), "number" if is_number(column) else "text"
    )


_LOOKS: list[tuple[type, str]] = [
    (kinds.Money, "money"),
    (kinds.Date, "date"),
    (kinds.DateTime, "ago"),
    (kinds.Bool, "yes"),
    (kinds.Percent, "text"),
    (kinds.Degrees, "text"),
]


def _text(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001  (all makers look alike)
    source, show = column.source, column.show
    if isinstance(column.field, FEW):
        return _remembered(source, lambda value: escape(show(value)))
    return lambda row: escape(show(row[source])) if row[source] not in (None, "") else NONE


def _money(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    source, show = column.source, column.show
    return lambda row: escape(show(row[source])) if row[source] else NONE


def _number(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    source = column.source
    return lambda row: formats.number(row[source]) if row[source] is not None else NONE


def _grade(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    return _remembered(column.source, lambda value: badges.grade(value))


def _life(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    return _remembered(column.source, lambda value: badges.life(value))


def _tag(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    tone = getattr(column.field, "tone", lambda _value: "")
    return _remembered(
        column.source, lambda value: badges.tag(column.text(value), tone(value), css="zk-tag-sm")
    )


def _tags(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    def render(values: Any) -> str:
        return "".join(badges.tag(each, css="zk-tag-sm") for each in values)

    source = column.source
    return lambda row: render(row[source]) if row[source] else NONE


def _yes(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    return _remembered(column.source, lambda value: escape(_("是") if value else _("否")))


def _person(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    source, key = column.source, column.column.orm
    known: dict[Any, str] = {}

    def render(row: Row) -> str:
        name = row[source]
        if not name:
            return NONE
        if name not in known:
            mark = badges.avatar(row.get(key, name), name)
            known[name] = f'<span class="zk-person-cell">{mark}{escape(name)}</span>'
        return known[name]

    return render


def _link(column: BoundColumn, by: Actor) -> Cell:
    """Return a link to the record that a foreign key leads to, where it may be seen."""
    related = getattr(column.field, "related_model", None)
    resource = registry.resources.get(related._meta.label_lower) if related else None
    plain = _text(column, by)
    if resource is None or not by.may(resource.key, "view"):
        return plain
    source, key, url, show = column.source, column.column.orm, resource.url, column.show

    def render(row: Row) -> str:
        if not row[source]:
            return NONE
        return f'<a href="{url}{row[key]}/">{escape(show(row[source]))}</a>'

    return render


def _ago(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    moments = formats.Moments()

    def render(value: datetime | date) -> str:
        if not isinstance(value, datetime):
            return escape(formats.day(value))
        local = moments.local(value)
        iso = local.isoformat()
        return (
            f'<time datetime="{iso}" title="{iso[:10]} {iso[11:19]}">'
            f"{escape(moments.ago(local))}</time>"
        )

    return _remembered(column.source, render)


def _date(column: BoundColumn, by: Actor) -> Cell:  # noqa: ARG001
    return _remembered(column.source, lambda value: escape(column.show(value)))


def _remembered(source: str, make: Callable[[Any], str]) -> Cell:
    """Return a cell that makes each distinct value once per page."""
    known: dict[Any, str] = {None: NONE, "": NONE}

    def render(row: Row) -> str:
        value = row[source]
        found = known.get(value)
        if found is None:
            found = known[value] = make(value)
        return found

    return render


MAKERS: dict[str, Callable[[BoundColumn, Actor], Cell]] = {
    "text": _text,
    "link": _link,
    "grade": _grade,
    "lifecycle": _life,
    "life": _life,
    "money": _money,
    "number": _number,
    "person": _person,
    "owner": _person,
    "avatar": _person,
    "ago": _ago,
    "date": _date,
    "tag": _tag,
    "tags": _tags,
    "yes": _yes,
}


def _phone_line(columns: Sequence[BoundColumn]) -> list[tuple[int, str]]:
    """Return which cells make the second line on phones: grade, whose it is, states, moments.

    Each with what stands before it: the title of a moment where there are several.
    """
    by_look: dict[str, list[int]] = {}
    for place, column in list(enumerate(columns))[1:]:
        by_look.setdefault(PHONE_LOOKS.get(look_of(column), ""), []).append(place)
    grade, states, moments = (by_look.get(one, []) for one in ("grade", "state", "moment"))
    texts = by_look.get("text", [])[: 0 if grade else 1]
    places = [*grade[:1], *by_look.get("link", [])[:1], *states[:2], *texts, *moments[:2]]
    places = places[: 4 if grade else 3]
    several = len(set(moments) & set(places)) > 1
    return [
        (place, f'<span class="zk-sub-label">{escape(columns[place].title)}</span> ')
        if several and place in moments
        else (place, "")
        for place in places
    ]


PHONE_LOOKS = {
    "grade": "grade", "link": "link", "lifecycle": "state", "life": "state", "tag": "state",
    "ago": "moment", "date": "moment", "text": "text",
}  # fmt: skip


def value_html(column: BoundColumn, by: Actor, row: Row) -> SafeString:
    """Return one value as it looks in a list, for panels of facts."""
    return mark_safe(cell(column, by)(row))  # noqa: S308  (cells escape)
