"""Record: the base of every business table, with history by triggers and one scoped handle."""

from typing import Any, ClassVar, Self, cast

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.base import ModelBase
from django.utils.translation import gettext_lazy as _

from zhike.kernel.actor import Actor
from zhike.kernel.clearance import permitted
from zhike.kernel.scope import Scope

SERVER_FIELDS = frozenset(
    {
        "id",
        "version",
        "archived_at",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        "search_tsv",
        "extra",
    }
)


class RecordBase(ModelBase):
    """Puts history triggers on every concrete Record, so that none can be forgotten."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kw: Any) -> Any:
        """Create the model class and track it, unless it is abstract or opts out."""
        model = super().__new__(cls, name, bases, attrs, **kw)
        meta = model._meta  # type: ignore[attr-defined]
        _spare_indexes(meta)
        if meta.abstract or meta.proxy or not attrs.get("tracked", True):
            return model
        excluded = [f.name for f in meta.local_fields if isinstance(f, SearchVectorField)]
        excluded += attrs.get("untracked_fields", ())
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=excluded,
        )(model)


def _spare_indexes(meta: Any) -> None:
    """Give a foreign key no index of its own where an index of many columns begins with it."""
    for one in (*meta.indexes, *meta.constraints):
        if getattr(one, "fields", ()) and one.condition is None:
            first = meta.get_field(one.fields[0].lstrip("-"))
            first.db_index = first.db_index and not first.is_relation


class Gate:
    """The only handle for delivery code: ``Model.objects.visible_to(by, verb)``."""

    def __init__(self, model: type["Record"] | None = None) -> None:
        self._model = model

    def __get__(self, instance: object, owner: type["Record"]) -> "Gate":
        return Gate(owner)

    def visible_to(
        self, by: Actor, verb: str = "view", *, archived: bool = False
    ) -> "models.QuerySet[Any]":
        """Return the rows on which ``by`` may use ``verb``; archived ones only when asked for."""
        model = cast("type[Record]", self._model)
        rows = model.unscoped.filter(permitted(model, by, verb))
        return rows if archived else rows.filter(archived_at__isnull=True)


class Record(models.Model, metaclass=RecordBase):
    """A business row: version for optimistic locking, archive instead of delete, authorship."""

    scope: ClassVar[Scope]
    confidential: ClassVar[str] = ""  # name of the field that holds the level, see clearance.py
    confidential_through: ClassVar[tuple[str, ...]] = ()  # paths to what else makes it confidential
    key_fields: ClassVar[tuple[str, ...]] = ()
    untracked_fields: ClassVar[tuple[str, ...]] = ()  # secrets: never copied into the history
    follows: ClassVar[bool] = False  # kept by the product about another record, and gone with it
    handover: ClassVar[models.Q | None] = models.Q()  # rows of a leaver that pass on; None: never

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True, editable=False)
    extra = models.JSONField(_("扩展字段"), default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("创建时间"), editable=False)
    updated_at = models.DateTimeField(_("更新时间"), editable=False)
    created_by = models.ForeignKey(
        "identity.User",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("创建人"),
        db_index=False,
    )
    updated_by = models.ForeignKey(
        "identity.User",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("更新人"),
        db_index=False,
    )

    unscoped: ClassVar[models.Manager[Self]] = models.Manager()
    objects: ClassVar[Gate] = Gate()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "unscoped"

    def derive(self) -> tuple[str, ...]:
        """Set the server-owned fields that follow from others, such as a sort key, and name them.

        ``store`` calls it before every write.
        """
        return ()

    @classmethod
    def key(cls) -> str:
        """Return the resource key, for example ``customers.customer``."""
        return cls._meta.label_lower


class Searchable(Record):
    """A Record found by the one search box; the kernel keeps ``search_tsv`` on every write.

    ``search_fields`` names the fields whose kinds give search terms; the first is the title.
    """

    search_fields: ClassVar[tuple[str, ...]] = ()

    search_tsv = SearchVectorField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = True
        indexes = [GinIndex(fields=["search_tsv"], name="%(app_label)s_%(class)s_tsv")]
