"""Resource: how one entity is seen and handled on every door, declared in one class body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import Promise

from zhike.kernel.actions import Action, archive_record, create_record, edit_record
from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.records import SERVER_FIELDS, Record
from zhike.kernel.registry import registry
from zhike.kernel.search import Hit

Text = str | Promise


@dataclass(frozen=True)
class View:
    """A saved view that ships with a resource: a name and its query string."""

    slug: str
    title: Text
    query: str = ""


@dataclass(frozen=True)
class Panel:
    """One part of the record page.

    ``kind`` is fields, related, timeline, history or template; ``options`` are its settings: the
    related resource's key and link field, or the template's name.
    """

    kind: str
    title: Text = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def Fields(title: Text = "", *names: str) -> Panel:  # noqa: N802
    """Return a panel of facts; without names, all that the reader may see."""
    return Panel("fields", title, {"names": names})


def Related(key: str, link: str, title: Text = "") -> Panel:  # noqa: N802
    """Return a panel that embeds another resource's list filtered by its link to this record."""
    return Panel("related", title, {"resource": key, "link": link})


def Timeline() -> Panel:  # noqa: N802
    """Return the panel of all that happened."""
    return Panel("timeline")


class Resource:
    """Declare ``model`` and what differs from the defaults; the doors follow.

    Attributes:
        title, icon: as in the menu; counter: 家, 人, 条; group: menu group, empty = not in it;
        under: address of the menu line that holds this one, empty = a line of its own;
        columns: all that can be shown, default_columns: shown at first; filters: field paths;
        search: fields searched where the model has no search terms; order: default sort;
        form: sections of field names; detail: panels; views: shipped saved views;
        hit_fields: what ``hit`` reads, so that a search loads nothing else; empty = everything;
        match_keys: fields by which an import may find existing rows;
        create, edit, archive: the actions behind the generic forms, None = not offered.
    """

    model: ClassVar[type[Record]]
    title: ClassVar[Text]
    icon: ClassVar[str] = "file"
    counter: ClassVar[Text] = ""
    group: ClassVar[str] = ""
    under: ClassVar[str] = ""
    rank: ClassVar[int] = 100
    columns: ClassVar[Sequence[str | Column]] = ()
    default_columns: ClassVar[Sequence[str]] = ()
    filters: ClassVar[Sequence[str]] = ()
    search: ClassVar[Sequence[str]] = ()
    order: ClassVar[str] = "-id"
    form: ClassVar[Sequence[tuple[Text, Sequence[str]]]] = ()
    detail: ClassVar[Sequence[Panel]] = ()
    views: ClassVar[Sequence[View]] = ()
    hit_fields: ClassVar[Sequence[str]] = ()
    match_keys: ClassVar[Sequence[str]] = ()
    importable: ClassVar[bool] = True
    api: ClassVar[bool] = True
    confirms: ClassVar[bool] = False  # create and edit take the reason ``confirm_duplicate``
    create: ClassVar[Any] = staticmethod(create_record)
    edit: ClassVar[Any] = staticmethod(edit_record)
    archive: ClassVar[Any] = staticmethod(archive_record)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            registry.add("resources", cls.model.key(), cls())

    @property
    def key(self) -> str:
        """Return ``package.entity``."""
        return self.model.key()

    @property
    def slug(self) -> str:
        """Return the path under which it lives: ``customers/customer``."""
        return self.key.replace(".", "/")

    @property
    def url(self) -> str:
        """Return the list's URL."""
        return f"/{self.slug}/"

    def record_url(self, pk: int) -> str:
        """Return the record's URL."""
        return f"{self.url}{pk}/"

    @property
    def actions(self) -> list[Action]:
        """Return the declared actions on this entity."""
        return registry.actions_on(self.key)

    def all_columns(self) -> list[Column]:
        """Return the declared columns as Column objects."""
        return [c if isinstance(c, Column) else Column(c) for c in self.columns]

    def bound_columns(self, by: Actor, names: Sequence[str] | None = None) -> list[BoundColumn]:
        """Return the columns this reader may see, in the order of ``names`` if given."""
        known = {c.name: c for c in self.all_columns()}
        wanted = names if names is not None else list(known)
        bound = [bind(known[name], self.model, by) for name in wanted if name in known]
        return [column for column in bound if column is not None]

    def form_fields(self) -> list[str]:
        """Return the names of the fields that people may write, in form order."""
        if self.form:
            return [name for _, names in self.form for name in names]
        return [
            f.name
            for f in self.model._meta.fields
            if f.editable and f.name not in SERVER_FIELDS and not f.primary_key
        ]

    def title_of(self, row: Any, by: Actor) -> str:  # noqa: ARG002
        """Return the line that names a record."""
        return str(row)

    def hit(self, row: Any, by: Actor) -> Hit:
        """Return the record as a search result."""
        return Hit(self.key, row.pk, self.title_of(row, by), "", self.record_url(row.pk))

    def hits(self, rows: "Sequence[Any]", by: Actor) -> list[Hit]:
        """Return the found records as search results, in their order."""
        return [self.hit(row, by) for row in rows]

    def rows(self, by: Actor, verb: str = "view") -> "models.QuerySet[Any]":
        """Return the rows the actor may see; the only source of lists, forms and exports."""
        return self.model.objects.visible_to(by, verb)
