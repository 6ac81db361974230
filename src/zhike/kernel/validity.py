"""Validating a row before it is written, without asking the database what is already known.

Django asks for every link whether its row exists and for every partial uniqueness whether its
condition applies. A link whose row was just read, the actor himself and his units do exist; a
condition of plain equalities can be decided here. The constraints of the database stay the last
word in any case.
"""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import Q

from zhike.kernel.actor import Actor


def validate(row: Any, exclude: set[str], *, by: Actor) -> None:
    """Validate fields, the row as a whole, and uniqueness, as ``full_clean`` does.

    Raises:
        ValidationError: with a message for each field.
    """
    errors: dict[str, list[Any]] = {}
    skipped = set(exclude)
    steps = (
        lambda: row.clean_fields(exclude=skipped | _present(row, by)),
        row.clean,
        lambda: row.validate_unique(exclude=skipped),
        lambda: _constraints(row, skipped),
    )
    for step in steps:
        try:
            step()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
            skipped |= errors.keys() - {NON_FIELD_ERRORS}
    if errors:
        raise ValidationError(errors)


def _present(row: Any, by: Actor) -> set[str]:
    """Return the links whose rows are known to exist and that no rule narrows."""
    found = set()
    for link in row._meta.concrete_fields:
        if not isinstance(link, models.ForeignKey) or link.get_limit_choices_to():
            continue
        value = getattr(row, link.attname)
        read = link.get_cached_value(row, default=None)
        related: Any = link.related_model
        key = related._meta.label_lower
        own = (key == "identity.user" and value == by.user_id) or (
            key == "identity.orgunit" and value in by.unit_ids
        )
        just_read = read is not None and not read._state.adding and read.pk == value
        if value is not None and (own or just_read):
            found.add(link.name)
    return found


def _constraints(row: Any, exclude: set[str]) -> None:
    errors: dict[str, list[Any]] = {}
    for model, constraints in row.get_constraints():
        for constraint in constraints:
            partial = isinstance(constraint, models.UniqueConstraint) and constraint.condition
            if partial and _decide(constraint.condition, row) is False:
                continue
            try:
                constraint.validate(model, row, exclude=exclude)
            except ValidationError as error:
                fields: Any = getattr(constraint, "fields", ())
                single = getattr(error, "code", None) == "unique" and len(fields) == 1
                named = ValidationError({fields[0]: error}) if single else error
                errors = named.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def _decide(condition: Q, row: Any) -> bool | None:
    """Return whether the row meets a condition of plain equalities; None where SQL must say."""
    parts = [
        _decide(one, row) if isinstance(one, Q) else _equals(one, row) for one in condition.children
    ]
    if condition.connector == Q.AND and False in parts:
        answer: bool | None = False
    elif condition.connector == Q.OR and True in parts:
        answer = True
    elif None in parts or condition.connector not in {Q.AND, Q.OR}:
        return None
    else:
        answer = condition.connector == Q.AND
    return not answer if condition.negated else answer


def _equals(part: Any, row: Any) -> bool | None:
    if not isinstance(part, tuple):
        return None
    name, wanted = part
    names = {f.name: f.attname for f in row._meta.concrete_fields}
    bare = name.removesuffix("__isnull")
    if bare not in names:
        return None
    value = getattr(row, names[bare])
    if bare != name:
        return (value is None) == bool(wanted)
    if (
        value is None
        or not isinstance(value, str | int | bool)
        or not isinstance(wanted, str | int)
    ):
        return None
    return bool(value == wanted)
