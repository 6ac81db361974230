"""Action: the only way to write. One transaction: authorise, lock, decide, write, re-check, tell.

Also the three actions every record has without declaring them: create, edit, archive/restore.
"""

import contextlib
import datetime as dt
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import pghistory
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.records import SERVER_FIELDS, Record, Searchable
from zhike.kernel.registry import registry
from zhike.kernel.validity import validate

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Action:
    """A declared step; call it like the function it wraps.

    Attributes:
        name: ``package.verb_noun``; model: the target or None; verb: the right it needs;
        many: the target is a queryset (a set action) instead of one row; fields: parameter name ->
        kind, from ``Annotated[type, kinds.X(...)]``; title, icon, danger, confirm: its button;
        leaves_scope: the target may end outside the actor's scope (a hand-over).
    """

    name: str
    function: Callable[..., Any]
    model: type[Record] | None
    verb: str
    title: Any
    icon: str = "arrow-right"
    many: bool = False
    danger: bool = False
    confirm: Any = ""
    leaves_scope: bool = False
    available: Callable[[Any, Actor], bool] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    # A template that names an action wants its words; Django would call it and show nothing.
    do_not_call_in_templates: typing.ClassVar[bool] = True

    @cached_property
    def resource(self) -> str:
        """Return the key of the target's resource, or an empty string."""
        return self.model.key() if self.model else ""

    @property
    def slug(self) -> str:
        """Return the last part of the name as it stands in URLs (``hand-over``)."""
        return self.name.split(".")[-1].replace("_", "-")

    def __call__(self, target: Any = None, *, by: Actor, **values: Any) -> Any:
        """Carry the action out.

        Args:
            target: record or id; a queryset or list of ids for a set action; nothing if none.
            by: who acts.
            values: the parameters, and ``version`` for the optimistic lock.

        Raises:
            Forbidden, NotFound, Conflict, Invalid, PolicyRefused: nothing was written.
        """
        version = values.pop("version", None)
        authorise(by, self.resource or self.name, self.verb)
        with recorded(by, self.name, reason=str(values.get("reason") or "")):
            if self.model is None:
                return self.function(by=by, **values)
            if self.many:
                return self.function(self._rows(target, by), by=by, **values)
            row = lock(self.model, target, by=by, verb=self.verb, version=version)
            if self.available and not self.available(row, by):
                raise Conflict(_("这条记录的当前状态不允许“%s”。") % self.title)
            result = self.function(row, by=by, **values)
            if not self.leaves_scope:
                _still_visible(row, by)
            return result

    def _rows(self, target: Any, by: Actor) -> Any:
        model = typing.cast("type[Record]", self.model)
        rows = model.objects.visible_to(by, self.verb)
        if isinstance(target, models.QuerySet):
            return rows.filter(pk__in=target.order_by().values("pk"))
        return rows.filter(pk__in=[int(getattr(one, "pk", one)) for one in target])


def action(
    name: str, *, on: type[Record] | None = None, verb: str = "change", **options: Any
) -> Callable[[Callable[..., Any]], Action]:
    """Declare an action; see ``Action`` for the options."""

    def register(function: Callable[..., Any]) -> Action:
        hints = typing.get_type_hints(function, include_extras=True)
        declared = {
            key: hint.__metadata__[0]
            for key, hint in hints.items()
            if typing.get_origin(hint) is typing.Annotated
        }
        defaults = inspect.signature(function).parameters
        optional = frozenset(
            k for k in declared if defaults[k].default is not inspect.Parameter.empty
        )
        for key, kind in declared.items():
            kind.set_attributes_from_name(key)
        made = Action(name, function, on, verb, fields=declared, optional=optional, **options)
        object.__setattr__(made, "__doc__", function.__doc__)
        registry.add("actions", name, made)
        return made

    return register


def authorise(by: Actor, resource: str, verb: str) -> None:
    """Refuse an actor who holds the verb nowhere.

    Raises:
        Forbidden: naming the right that is missing.
    """
    if not by.is_system and not by.may(resource, verb):
        raise Forbidden(resource=resource, verb=verb)


@contextlib.contextmanager
def recorded(by: Actor, name: str, *, reason: str = "") -> Iterator[None]:
    """Open the transaction in which all row history carries actor, action, reason and request."""
    context = {
        "user": by.user_id,
        "actor": by.name,
        "action": name,
        "reason": reason or by.system_reason,
        "request_id": by.request_id,
        "channel": by.channel,
    }
    with transaction.atomic(), pghistory.context(**context):
        yield


def lock(
    model: type[R], target: "R | int", *, by: Actor, verb: str, version: int | None = None
) -> R:
    """Return the row locked for update.

    Raises:
        NotFound: absent or outside the actor's scope for the verb.
        Conflict: its version is no longer the one given.
    """
    pk = target.pk if isinstance(target, models.Model) else target
    try:
        found = _locked(by, model, verb, int(pk))
    except (TypeError, ValueError, OverflowError):
        raise NotFound from None
    if not found:
        raise NotFound
    row = found[0]
    if version is not None and row.version != int(version):
        raise Conflict
    return typing.cast("R", row)


@prepared
def _locked(by: Actor, model: type[Record], verb: str, pk: Id) -> "models.QuerySet[Any]":
    rows = model.objects.visible_to(by, verb, archived=True)
    return rows.select_for_update(of=("self",)).filter(pk=pk)


@prepared
def _visible(by: Actor, model: type[Record], pk: Id) -> "models.QuerySet[Any, Any]":
    return model.objects.visible_to(by, "view", archived=True).filter(pk=pk).values_list("pk")


def _still_visible(row: Record, by: Actor) -> None:
    if by.is_system or row.pk is None:
        return
    model = type(row)
    if not _visible(by, model, row.pk):
        raise Forbidden(_("这样修改后您将看不到这条记录，未保存。"), resource=model.key())


def store(row: R, *, by: Actor, fields: "list[str] | None" = None) -> R:
    """Validate and write one row inside an action: version, authorship and search terms are kept.

    Args:
        fields: the changed fields of an existing row; None writes all.

    Raises:
        Invalid: with a message for each field.
    """
    now = timezone.now()
    fresh = row._state.adding
    derived = row.derive()
    if fields is not None:
        fields = [*fields, *derived]
    row.updated_at, row.updated_by_id = now, by.user_id
    if fresh:
        row.created_at = row.created_at or now
        row.created_by_id = row.created_by_id or by.user_id
    else:
        row.version += 1
    try:
        validate(row, _unchanged(row, fields), by=by)
    except ValidationError as error:
        raise Invalid(fields=_named(error)) from error
    if isinstance(row, Searchable):
        from zhike.kernel.search import vector_of

        row.search_tsv = vector_of(row)
    try:
        if fresh or fields is None:
            row.save()
        else:
            always = ["version", "updated_at", "updated_by"]
            always += ["search_tsv"] if isinstance(row, Searchable) else []
            row.save(update_fields=[*fields, *always])
    except IntegrityError as error:
        raise _overtaken(row, error) from error
    if isinstance(row, Searchable):
        row.search_tsv = None
    return row


def authored(by: Actor, at: dt.datetime | None = None) -> dict[str, Any]:
    """Return what an ``update()`` of many rows writes besides: version and authorship, as ``store``."""
    now = at or timezone.now()
    return {"version": models.F("version") + 1, "updated_at": now, "updated_by_id": by.user_id}


def _overtaken(row: Record, error: IntegrityError) -> Exception:
    """Return the refusal for a uniqueness that somebody else's write broke a moment ago."""
    cause = error.__cause__
    if not isinstance(cause, UniqueViolation):
        return error
    name = cause.diag.constraint_name
    known = [c for c in row._meta.constraints if c.name == name]
    message = known[0].get_violation_error_message() if known else _("已有相同编号的记录。")
    return Invalid(fields={"__all__": [str(message)]})


def _unchanged(row: Record, fields: "list[str] | None") -> set[str]:
    skip = {"search_tsv", "created_by", "updated_by", "extra"}
    if fields is not None:
        skip |= {f.name for f in row._meta.fields} - set(fields)
    return skip


def _named(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {key: list(found) for key, found in error.message_dict.items()}
    return {"__all__": list(error.messages)}


def create_record(model: type[R], values: Mapping[str, Any], *, by: Actor) -> R:
    """Create a row: the default create action of every resource.

    Raises:
        Forbidden, Invalid: nothing was written. An unknown or server-owned field is Invalid.
    """
    authorise(by, model.key(), "create")
    with recorded(by, f"{model.key()}.create"):
        row = model(**writable(model, values, by=by))
        _default_owner(row, by)
        store(row, by=by)
        _still_visible(row, by)
    return row


def _default_owner(row: Record, by: Actor) -> None:
    from zhike.kernel import kinds

    for f in row._meta.fields:
        if isinstance(f, kinds.Owner) and getattr(row, f.attname) is None:
            setattr(row, f.attname, by.user_id)
        if isinstance(f, kinds.Unit) and getattr(row, f.attname) is None:
            setattr(row, f.attname, by.unit_id)


def edit_record(
    model: type[R],
    target: "R | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> R:
    """Change a row: the default edit action of every resource.

    Raises:
        Forbidden, NotFound, Invalid: nothing was written.
        Conflict: with, for each submitted field, what is stored now and what was submitted.
    """
    authorise(by, model.key(), "change")
    with recorded(by, f"{model.key()}.edit"):
        row = lock(model, target, by=by, verb="change")
        clean = writable(model, values, by=by)
        changed = [name for name, value in clean.items() if getattr(row, name) != value]
        if version is not None and row.version != int(version):
            raise Conflict(differences={n: (getattr(row, n), clean[n]) for n in changed})
        if not changed:
            return row
        for name in changed:
            setattr(row, name, clean[name])
        store(row, by=by, fields=changed)
        _still_visible(row, by)
    return row


def archive_record(
    model: type[R], target: "R | int", *, by: Actor, version: int | None = None, undo: bool = False
) -> R:
    """Put a row away, or bring it back with ``undo``."""
    authorise(by, model.key(), "archive")
    with recorded(by, f"{model.key()}.{'restore' if undo else 'archive'}"):
        row = lock(model, target, by=by, verb="archive", version=version)
        row.archived_at = None if undo else timezone.now()
        return store(row, by=by, fields=["archived_at"])


def writable(model: type[Record], values: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Return the values cleaned by their kinds and allowed to this actor, links as instances.

    Raises:
        Invalid: unknown, server-owned, hidden or read-only fields, links outside the actor's scope,
            and values that their kind refuses; every field at once.
    """
    clean: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    known = {f.name: f for f in model._meta.fields}
    for name, raw in values.items():
        f = known.get(name)
        if f is None or name in SERVER_FIELDS or not f.editable:
            errors[name] = [_("没有这个字段，或它由系统维护。")]
            continue
        access = by.field_access(model.key(), name)
        if access in {"hidden", "readonly"} and not by.is_system:
            errors[name] = [_("您没有修改这个字段的权限。")]
            continue
        try:
            clean[name] = linked(f, raw, by=by) if f.is_relation else _clean(f, raw)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise Invalid(fields=errors)
    return clean


def _clean(f: Any, raw: Any) -> Any:
    if raw in (None, ""):
        return None if f.null else f.get_default() if raw is None else f.to_python(raw)
    return f.clean_value(raw) if hasattr(f, "clean_value") else f.to_python(raw)


def linked(f: Any, raw: Any, *, by: Actor) -> Any:
    """Return the record that a link names, if the actor may see it.

    Raises:
        ValidationError: absent and outside scope look the same.
    """
    if raw in (None, ""):
        return None
    if isinstance(raw, models.Model):
        raw = raw.pk
    target: Any = f.related_model
    if isinstance(target, str):  # the kind of an action's parameter, which stands on no model
        target = apps.get_model(target)
    rows = target.objects.visible_to(by, "view") if hasattr(target, "scope") else target.objects
    try:
        if isinstance(raw, bool | float):
            raise ValueError
        return rows.get(pk=int(raw))
    except (target.DoesNotExist, ValueError, TypeError, OverflowError):
        raise ValidationError(_("没有找到所选的记录，请重新选择。")) from None
