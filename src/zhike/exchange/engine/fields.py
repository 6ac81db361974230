"""What an import may fill: the writable fields of a resource and the original authors and dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import translation

from zhike.exchange.engine.synonyms import SYNONYMS
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.records import SERVER_FIELDS
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource

ORIGINALS = ("created_at", "created_by", "updated_at", "updated_by")


@dataclass(frozen=True)
class Target:
    """One field that a column of the file may fill.

    Attributes:
        field: the model field; original: an author or date of the old system (INT-018).
    """

    name: str
    field: Any
    original: bool = False

    @property
    def title(self) -> str:
        """The header in the active language; it reads back."""
        return str(self.field.verbose_name)

    @property
    def required(self) -> bool:
        """Whether a new record needs a value in the file."""
        f = self.field
        return not (self.original or f.blank or f.null or f.has_default())

    @property
    def kind(self) -> Any:
        """What cleans the column: the field, or a kind of the same type for plain date fields."""
        if hasattr(self.field, "clean_column"):
            return self.field
        made: Any = kinds.DateTime(self.field.verbose_name, null=True, blank=True)
        made.set_attributes_from_name(self.name)
        return made

    @property
    def is_link(self) -> bool:
        """Whether cells name other records."""
        return isinstance(self.field, models.ForeignKey)

    @property
    def personal(self) -> bool:
        """Whether the values are personal data, masked in exports."""
        return bool(getattr(self.field, "personal", False))

    @property
    def column(self) -> str:
        """The column in the database."""
        return str(self.field.column)

    def words(self, resource: Resource) -> list[str]:
        """All that people write as its header, the surest first."""
        found = [self.name]
        for language in ("zh-hans", "en"):
            with translation.override(language):
                found.append(str(self.field.verbose_name))
        own = getattr(resource, "import_synonyms", {}).get(self.name, ())
        return [*found, *own, *SYNONYMS.get(self.name, ())]


def targets(resource: Resource, by: Actor) -> dict[str, Target]:
    """Return the fields that this actor may fill, in form order, then the originals."""
    known = {f.name: f for f in resource.model._meta.concrete_fields}
    names = [
        n
        for n in resource.form_fields()
        if n in known and known[n].editable and n not in SERVER_FIELDS
        and not isinstance(known[n], models.FileField)
    ]  # fmt: skip
    found = {n: Target(n, known[n]) for n in names}
    found |= {n: Target(n, known[n], original=True) for n in ORIGINALS if n in known}
    hidden = {"hidden", "readonly"}
    return {n: t for n, t in found.items() if by.field_access(resource.key, n) not in hidden}


def match_choices(resource: Resource, by: Actor) -> list[Target]:
    """Return the fields by which existing records may be found: any but long text."""
    found = targets(resource, by)
    suited = [
        t for t in found.values()
        if not t.original and not isinstance(t.field, models.TextField | models.BooleanField)
    ]  # fmt: skip
    first = [t for name in resource.match_keys for t in suited if t.name == name]
    return [*first, *(t for t in suited if t not in first)]


def unique_sets(model: Any) -> list[tuple[tuple[str, ...], models.Q, str]]:
    """Return (field names, condition, message) of all that must be unique among records."""
    found = [
        ((f.name,), models.Q(), "")
        for f in model._meta.concrete_fields
        if f.unique and not f.primary_key
    ]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            message = constraint.get_violation_error_message()
            own = message if constraint.violation_error_message else ""
            found.append((tuple(constraint.fields), constraint.condition or models.Q(), own))
    return found


def link_keys(model: Any) -> Sequence[str]:
    """Return the fields by which people name records of a model, the surest first."""
    own = getattr(model, "link_keys", None)
    if own:
        return tuple(own)
    resource = registry.resources.get(model._meta.label_lower)
    keys = list(resource.match_keys) if resource else []
    names = {f.name for f in model._meta.concrete_fields}
    for name in ("username", "code", "number", getattr(model, "title_field", "name"), "short_name"):
        if name in names and name not in keys:
            keys.append(name)
    return tuple(keys)
