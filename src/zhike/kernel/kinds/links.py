"""Links to other rows: Link, Links, Owner and Unit."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import keep_lazy_text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext

from .base import EMPTY_MARK, Kind, is_empty, refuse, shown
from .text import Text


@keep_lazy_text
def single(title: Any) -> str:
    """What one row of a kind with this title is called: "Customer", not "Customers"."""
    with override(None):
        source = str(title)
    one = pgettext("single", source)
    return str(title) if one == source else one


class Link(Kind, models.ForeignKey):
    """A foreign key among what the actor may see: ``Link(_("客户"), "customers.Customer")``.

    A model may list in ``link_keys`` the fields by which people name its rows (code, name), the
    surest first.
    """

    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in", "empty")
    widget: ClassVar[str] = "chooser"
    lake: ClassVar[str] = "BIGINT"
    schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    target: ClassVar[str] = ""

    def __init__(
        self,
        verbose_name: Any = None,
        to: Any = None,
        on_delete: Any = models.PROTECT,
        **kwargs: Any,
    ) -> None:
        self.take_options(kwargs)
        options = self.defaults | {"verbose_name": verbose_name and single(verbose_name)} | kwargs
        super(Kind, self).__init__(to or self.target, on_delete, **options)

    def parse(self, raw: Any) -> Any:
        """The key of the row; names are resolved for a whole column by ``resolve``."""
        if isinstance(raw, models.Model):
            return raw.pk
        if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):
            raw = str(raw)
        try:
            return self.target_field.to_python(raw.strip() if isinstance(raw, str) else raw)
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise refuse(_("应为记录编号，当前是“%(found)s”"), found=shown(raw)) from error

    def scoped_choices(self, by: Any, verb: str = "view") -> models.QuerySet[Any]:
        """The rows that the actor may choose."""
        manager: Any = getattr(self.related_model, "objects")  # noqa: B009 - the manager of any model
        return manager.visible_to(by, verb)  # type: ignore[no-any-return]

    def resolve(self, by: Any, texts: Iterable[str]) -> dict[str, Any]:
        """The keys of the rows named by ``texts``; ambiguous names are left out."""
        wanted = {text for text in texts if text}
        found: dict[str, Any] = {}
        rows = self.scoped_choices(by)
        for key in getattr(self.related_model, "link_keys", ("name",)):
            missing = wanted - found.keys()
            pairs: dict[str, set[Any]] = {}
            for text, pk in rows.filter(**{f"{key}__in": missing}).values_list(key, "pk"):
                pairs.setdefault(text, set()).add(pk)
            found.update({text: keys.pop() for text, keys in pairs.items() if len(keys) == 1})
        return found

    def display(self, value: Any) -> str:
        """The name of the row."""
        return EMPTY_MARK if is_empty(value) else str(value)

    def to_json(self, value: Any) -> Any:
        """The key of the row."""
        return value.pk if isinstance(value, models.Model) else value

    def to_sheet(self, value: Any) -> Any:
        """The name of the row as text."""
        return "" if is_empty(value) else str(value)


class Owner(Link):
    """The person who answers for a row; a user."""

    widget: ClassVar[str] = "person"
    target: ClassVar[str] = "identity.User"
    defaults: ClassVar[dict[str, Any]] = {"related_name": "+"}


class Unit(Link):
    """The organisational unit to which a row belongs."""

    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in", "under", "empty")
    widget: ClassVar[str] = "unit"
    target: ClassVar[str] = "identity.OrgUnit"
    defaults: ClassVar[dict[str, Any]] = {"related_name": "+"}


class Links(Text):
    """Several rows of another table, named in one field; the owner keeps the rows themselves.

    The value is the names joined by ``；``, so that lists, search, sheets and the API read it
    without another query. What is written may be names or codes, or ``#`` and a key as the form
    sends it; the action that keeps the linking rows resolves them by ``tokens``.
    """

    widget: ClassVar[str] = "links"
    defaults: ClassVar[dict[str, Any]] = {"max_length": 2000, "blank": True}
    own_options: ClassVar[dict[str, Any]] = {"to": ""}
    joint: ClassVar[str] = "；"

    @property
    def related_label(self) -> str:
        """The table whose rows are named, as ``catalog.product``."""
        return str(getattr(self, "to")).lower()  # noqa: B009 - an option of the kind

    def parse(self, raw: Any) -> str:
        """The names in one line; JSON may give a list of names or keys."""
        if isinstance(raw, list | tuple):
            raw = self.joint.join(f"#{one}" if isinstance(one, int) else str(one) for one in raw)
        return str(super().parse(raw))

    def certain(self, item: Any) -> Any:
        """Nothing: what is named has to be looked up."""
        del item

    @classmethod
    def tokens(cls, value: str) -> list[str]:
        """The single names in a value, each once."""
        parts = (part.strip() for part in re.split(r"[；;\n]", value or ""))
        return list(dict.fromkeys(part for part in parts if part))

    @classmethod
    def named(cls, row: Any) -> str:
        """How a row is named in the value."""
        return re.sub(r"[；;\s]+", " ", str(row)).strip()
