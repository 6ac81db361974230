"""Forms of any resource or action, made from the kinds of its fields.

A form only shows and collects; the action cleans by the same kinds and its refusals come back to
the fields. Only what the person changed is submitted to the action: an unchanged mask stays the
stored value, and an edit never overwrites what somebody else changed meanwhile.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import ForeignKey
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Refusal
from zhike.kernel.resources import Resource
from zhike.web.links import choices_for

FIRST_CHOICES = 20  # without script a chooser is a plain select of so many
BEFORE = "was-"


class Shown(forms.Widget):
    """A value that may be read but not written."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """Return the text."""
        return format_html("<div{}>{}</div>", flatatt({"class": "zk-text"}), value or "—")


class RawField(forms.Field):
    """A field that hands on what was typed; the kind cleans it in the action."""

    def __init__(self, kind: Any, *, readonly: bool = False, before: str = "", **options: Any):
        super().__init__(**options)
        self.kind, self.readonly, self.before = kind, readonly, before

    def clean(self, value: Any) -> Any:
        """Return the text without surrounding white space."""
        return value.strip() if isinstance(value, str) else value


class RecordForm(forms.Form):
    """Built by ``record_form`` and ``action_form``; ``sections`` group the bound fields."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    layout: Sequence[tuple[Any, Sequence[str]]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"key": uuid.uuid4().hex, **kwargs["initial"]}
        # The browser's own bubbles would stop a draft from being sent and speak its own language.
        super().__init__(*args, use_required_attribute=False, label_suffix="", **kwargs)

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The visible fields under their headings."""
        found = [
            (title, [self[n] for n in names if n in self.fields]) for title, names in self.layout
        ]
        return [(title, fields) for title, fields in found if fields]

    @property
    def befores(self) -> list[tuple[str, str]]:
        """The values as the person first saw them, carried in hidden inputs."""
        return [
            (
                f"{BEFORE}{name}",
                self.data.get(f"{BEFORE}{name}", f.before) if self.is_bound else f.before,
            )
            for name, f in self._raw().items()
        ]

    def _raw(self) -> dict[str, RawField]:
        return {n: f for n, f in self.fields.items() if isinstance(f, RawField) and not f.readonly}

    def values(self) -> dict[str, Any]:
        """Return what the person changed: name -> text as typed."""
        found: dict[str, Any] = {}
        for name, raw in self._raw().items():
            value = raw.widget.value_from_datadict(self.data, self.files, name)
            typed = _as_text(value)
            if f"{BEFORE}{name}" in self.data and typed == self.data[f"{BEFORE}{name}"].strip():
                continue
            if (
                f"{BEFORE}{name}" not in self.data
                and name not in self.data
                and not isinstance(value, bool)
            ):
                continue
            found[name] = value.strip() if isinstance(value, str) else value
        return found

    def seen(self) -> dict[str, str]:
        """Return what the person first saw."""
        return {n: self.data.get(f"{BEFORE}{n}", "") for n in self._raw()}

    def refuse(self, refusal: Refusal) -> None:
        """Put the messages of a refusal at their fields, the rest above the form."""
        self.full_clean()
        for name, messages in refusal.fields.items():
            self.add_error(name if name in self.fields else None, messages)
        if not refusal.fields:
            self.add_error(None, refusal.message)
            return
        for name, raw in self._raw().items():
            # The action stops at what it cannot read; what is still missing is said at once too.
            typed = raw.widget.value_from_datadict(self.data, self.files, name)
            if raw.required and typed in (None, "", []) and name not in self.errors:
                self.add_error(name, _("必填，当前为空"))


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())


def record_form(
    resource: Resource, by: Actor, *, row: Any = None, data: QueryDict | None = None,
    files: Any = None, initial: Mapping[str, Any] | None = None, names: Sequence[str] | None = None,
) -> RecordForm:  # fmt: skip
    """Return the form of a resource for this person.

    Args:
        row: the record to edit; None for a new one.
        initial: first values of a new record, as in a link ``new/?customer=7``.
        names: only these fields, as for the edit of one field.
    """
    wanted = list(names) if names is not None else resource.form_fields()
    fields = {
        name: made
        for name in wanted
        if (made := _field_of(resource, by, name, row, initial or {})) is not None
    }
    layout = resource.form or [("", wanted)]
    if names is not None:
        layout = [("", wanted)]
    kind = type("MadeForm", (RecordForm,), {**fields, "layout": layout})
    shown = {name: f.initial for name, f in fields.items()}
    if row is not None:
        shown["version"] = row.version
    made = kind(data, files, initial=shown)
    return made


def action_form(
    action: Any, by: Actor, *, data: QueryDict | None = None, files: Any = None,
    initial: Mapping[str, Any] | None = None, row: Any = None,
) -> RecordForm:  # fmt: skip
    """Return the form of an action's parameters."""
    given = initial or {}
    fields = {
        name: RawField(
            kind, label=kind.verbose_name, required=name not in action.optional,
            help_text=kind.help_text, widget=widget_of(kind, by), initial=given.get(name, ""),
        )
        for name, kind in action.fields.items()
    }  # fmt: skip
    made = type("MadeForm", (RecordForm,), {**fields, "layout": [("", list(fields))]})
    return made(data, files, initial={"version": row.version} if row is not None else {})


def action_values(action: Any, form: RecordForm, by: Actor) -> dict[str, Any]:
    """Return the parameters of an action cleaned by their kinds.

    Raises:
        Invalid: each field with its message.
    """
    from django.core.exceptions import ValidationError

    from zhike.kernel.actions import linked
    from zhike.kernel.errors import Invalid

    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, kind in action.fields.items():
        raw = form.fields[name].widget.value_from_datadict(form.data, form.files, name)
        empty = raw in (None, "", [])
        if empty and name in action.optional:
            continue
        try:
            if kind.is_relation:
                found[name] = linked(kind, raw, by=by)
                if empty and not kind.blank:
                    raise ValidationError(_("必填，当前为空"))
            else:
                found[name] = kind.clean_value(raw)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise Invalid(fields=errors)
    return found


def _field_of(
    resource: Resource, by: Actor, name: str, row: Any, initial: Mapping[str, Any]
) -> RawField | None:
    kind = resource.model._meta.get_field(name)
    personal = bool(getattr(kind, "personal", False))
    access = by.field_access(resource.key, name, personal=personal)
    if access == "hidden":
        return None
    stored = _stored(kind, row, initial)
    if row is None and stored is None:
        stored = _own(kind, by)
    masked = access == "masked" and personal and row is not None
    typed = kind.mask(stored) if masked and stored not in (None, "") else as_typed(kind, stored)
    if row is None and access == "readonly":
        return None
    readonly = access == "readonly" or not kind.editable
    # A new record starts from nothing: what a link or a default filled in counts as typed.
    before = _as_text(typed) if row is not None else ""
    return RawField(
        kind,
        readonly=readonly,
        before=before,
        label=kind.verbose_name,
        required=not kind.blank and not kind.has_default() and not readonly,
        help_text=kind.help_text or (_("已脱敏；不改动则保留原值") if masked and stored else ""),
        widget=Shown() if readonly else widget_of(kind, by, stored),
        initial=display_of(kind, stored, row) if readonly else typed,
    )


def _stored(kind: Any, row: Any, initial: Mapping[str, Any]) -> Any:
    if row is not None:
        return getattr(row, kind.attname)
    if kind.name in initial:
        return initial[kind.name]
    return kind.get_default() if kind.has_default() else None


def _own(kind: Any, by: Actor) -> Any:
    """Return whom a new record would belong to, so that the form says so beforehand."""
    if isinstance(kind, kinds.Owner):
        return by.user_id
    return by.unit_id if isinstance(kind, kinds.Unit) else None


def display_of(kind: Any, stored: Any, row: Any = None) -> str:
    """Return a value as text for people."""
    if stored in (None, ""):
        return ""
    if isinstance(kind, ForeignKey):
        return str(getattr(row, kind.name)) if row is not None else f"#{stored}"
    return str(kind.display(stored)) if hasattr(kind, "display") else str(stored)


def as_typed(kind: Any, value: Any) -> Any:
    """Return a value as a person would type it into the control."""
    if value is None:
        return ""
    if getattr(kind, "widget", "") in {"region", "percent", "lunar"} and hasattr(kind, "to_sheet"):
        return kind.to_sheet(value)
    if kind.get_internal_type() == "DateTimeField":
        from django.utils import timezone

        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if kind.get_internal_type() == "DecimalField":
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


def widget_of(kind: Any, by: Actor, stored: Any = None) -> forms.Widget:
    """Return the control of a kind."""
    if isinstance(kind, ForeignKey):
        return _chooser(kind, by, stored)
    name = getattr(kind, "widget", "text")
    if name == "links":
        return _links(kind, by, str(stored or ""))
    if kind.get_internal_type() == "BooleanField":
        return forms.CheckboxInput()
    if getattr(kind, "flatchoices", None):
        return forms.Select(choices=_offered(kind))
    limit = {"maxlength": kind.max_length} if getattr(kind, "max_length", None) else {}
    simple = {
        "textarea": lambda: forms.Textarea({"rows": 3}),
        "date": lambda: forms.DateInput({"type": "date"}),
        "datetime": lambda: forms.DateTimeInput({"type": "datetime-local"}),
        "money": lambda: forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        "percent": lambda: forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        "number": lambda: forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        "tel": lambda: forms.TextInput({"type": "tel", "autocomplete": "off"}),
        "email": lambda: forms.TextInput({"inputmode": "email", "autocomplete": "off"}),
        "region": lambda: forms.TextInput(
            {"placeholder": _("例如 江苏泰州"), "autocomplete": "off"}
        ),
        "file": lambda: forms.ClearableFileInput(),
    }
    return simple.get(name, lambda: forms.TextInput({**limit, "autocomplete": "off"}))()


def _offered(kind: Any) -> list[tuple[str, Any]]:
    empty = [("", "—")] if kind.blank or not kind.has_default() else []
    return [*empty, *((str(v), title) for v, title in kind.flatchoices if v not in ("", None))]


def _chooser(kind: Any, by: Actor, stored: Any) -> forms.Widget:
    """Return a select of the first choices; script turns it into a search over all of them."""
    from zhike.web.views.chooser import url_for

    rows = choices_for(kind, by)
    order = [] if rows.query.order_by else ["-pk"]
    offered = list(rows.order_by(*order)[:FIRST_CHOICES] if order else rows[:FIRST_CHOICES])
    choices = [(str(row.pk), str(row)) for row in offered]
    known = {value for value, _title in choices}
    if stored and str(stored) not in known:
        current = rows.filter(pk=stored).first()
        choices.insert(0, (str(stored), str(current) if current else f"#{stored}"))
    attrs = {"data-search-url": url_for(kind)}
    return forms.Select(attrs, choices=[("", "—"), *choices])


class ChooseMany(forms.SelectMultiple):
    """A select of several rows whose value is that of ``kinds.Links``; ``rows`` may be chosen."""

    def __init__(self, attrs: Any, choices: Any, rows: Any) -> None:
        super().__init__(attrs, choices)
        self.rows = rows

    def format_value(self, value: Any) -> list[str]:
        """Return the single names of a stored value, or the keys of one that was refused."""
        return [one.removeprefix("#") for one in kinds.Links.tokens(str(value or ""))]

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Offer what was chosen a moment ago too, wherever it stands in the list."""
        known = {key for key, _title in self.choices}
        keys = [one for one in value if one not in known and one.isascii() and one.isdigit()]
        found = self.rows.filter(pk__in=[int(one) for one in keys[:FIRST_CHOICES] if len(one) < 19])
        more = [(str(row.pk), kinds.Links.named(row)) for row in found] if keys else []
        self.choices = [*self.choices, *more]
        return super().optgroups(name, value, attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """Return the chosen rows as one value; a chosen key is marked by ``#``."""
        found = super().value_from_datadict(data, files, name)
        if found is None or isinstance(found, str):
            return found
        marked = (f"#{one}" if one.isascii() and one.isdigit() else str(one) for one in found)
        return kinds.Links.joint.join(marked)


def _links(kind: Any, by: Actor, stored: str) -> forms.Widget:
    """Return a select of several: what is chosen already, and the first rows to choose from."""
    target: Any = apps.get_model(kind.related_label)
    rows = target.objects.visible_to(by, "view")
    chosen = kinds.Links.tokens(stored)
    offered = [
        (str(row.pk), kinds.Links.named(row)) for row in rows.order_by("-pk")[:FIRST_CHOICES]
    ]
    choices = [(name, name) for name in chosen if not name.startswith("#")]
    choices += [(key, name) for key, name in offered if name not in chosen]
    url = f"/{kind.related_label.replace('.', '/')}/choose/"
    return ChooseMany({"data-search-url": url}, choices, rows)
