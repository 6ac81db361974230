"""Guides and templates: written as drafts, approved by another person, replaced by a new version."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.interactions import merge
from zhike.interactions.events import TextApproved
from zhike.interactions.models import Approvable, MessageTemplate, TalkTrack
from zhike.kernel.actions import action, authorise, create_record, edit_record, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome

A = TypeVar("A", bound=Approvable)
DRAFT, SUBMITTED = Approvable.Status.DRAFT, Approvable.Status.SUBMITTED
APPROVED, RETIRED = Approvable.Status.APPROVED, Approvable.Status.RETIRED
SAME_TEXT = {TalkTrack: ("code",), MessageTemplate: ("code", "channel", "language")}
COPIED = {
    TalkTrack: ("code", "title", "kind", "situation", "grade", "lifecycle", "tag", "channel",
                "style", "say", "avoid"),
    MessageTemplate: ("code", "title", "channel", "language", "subject", "body"),
}  # fmt: skip
TEXTS = ("subject", "body")


def create_text(model: type[A], values: Mapping[str, Any], *, by: Actor) -> A:
    """Write the first draft of a text.

    Raises:
        Invalid: unknown merge fields, each with its place; or the code is in use.
    """
    _check_fields(values, model)
    codes = {name: values.get(name) for name in SAME_TEXT[model] if values.get(name)}
    if len(codes) == len(SAME_TEXT[model]) and model.unscoped.filter(**codes).exists():
        raise Invalid(fields={"code": [_("已有这个编号，请打开它并建立新版本。")]})
    return create_record(model, values, by=by)


def edit_text(
    model: type[A],
    target: A | int,
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> A:
    """Change a draft; a text that waits for approval becomes a draft again.

    Raises:
        Conflict: approved or retired; those are replaced by a new version.
        Invalid: unknown merge fields, each with its place.
    """
    authorise(by, model.key(), "change")
    pk = target.pk if isinstance(target, Approvable) else target
    found = model.objects.visible_to(by, "change").filter(pk=pk).first()
    if found is not None and found.status in {APPROVED, RETIRED}:
        raise Conflict(_("已批准或停用的版本不能改，请建立新版本。"))
    _check_fields(values, model)
    row = edit_record(model, pk, values, by=by, version=version)
    if row.status == SUBMITTED:
        row.status = DRAFT
        store(row, by=by, fields=["status"])
    return row


def _check_fields(values: Mapping[str, Any], model: type[Approvable]) -> None:
    if model is not MessageTemplate:
        return
    errors = {
        name: [str(fault) for fault in merge.faults(str(values.get(name) or ""))] for name in TEXTS
    }
    errors = {name: found for name, found in errors.items() if found}
    if errors:
        raise Invalid(fields=errors)


def _submit(row: A, by: Actor) -> A:
    row.status = SUBMITTED
    return store(row, by=by, fields=["status"])


def _approve(row: A, by: Actor) -> A:
    """Put a version into use and the one before it away.

    Raises:
        Forbidden: by its author.
    """
    if by.user_id in {row.owner_id, row.created_by_id} and not by.is_system:
        raise Forbidden(_("编写人不能批准自己的文本，请由另一人审批。"))
    model = type(row)
    same = {name: getattr(row, name) for name in SAME_TEXT[model]}
    for old in model.unscoped.select_for_update().filter(status=APPROVED, **same):
        old.status = RETIRED
        store(old, by=by, fields=["status"])
    row.status, row.approved_at, row.approved_by_id = APPROVED, timezone.now(), by.user_id
    store(row, by=by, fields=["status", "approved_at", "approved_by"])
    emit(TextApproved(model.key(), row.pk, str(row.title), row.number), by=by)
    return row


def _retire(row: A, by: Actor) -> A:
    row.status = RETIRED
    return store(row, by=by, fields=["status"])


def _revise(row: A, by: Actor) -> Outcome:
    """Draft the next version as a copy.

    Raises:
        Conflict: there is an unfinished version already.
    """
    model = type(row)
    authorise(by, model.key(), "create")
    same = {name: getattr(row, name) for name in SAME_TEXT[model]}
    versions = model.unscoped.select_for_update().filter(**same).order_by("-number")
    if any(one.status in {DRAFT, SUBMITTED} for one in versions):
        raise Conflict(_("已有一个未完成的版本，请先完成或停用它。"))
    fresh = model(**{name: getattr(row, name) for name in COPIED[model]})
    fresh.number, fresh.owner_id = versions[0].number + 1, by.user_id
    store(fresh, by=by)
    url = f"/{model.key().replace('.', '/')}/{fresh.pk}/edit/"
    return Outcome(_("已建立 v%d 草稿") % fresh.number, url=url)


def _is(*statuses: str) -> Any:
    return lambda row, by: row.status in statuses  # noqa: ARG005


@action("interactions.submit_track", on=TalkTrack, title=gettext_lazy("提交审批"), icon="send",
        available=_is(DRAFT))  # fmt: skip
def submit_track(row: TalkTrack, *, by: Actor) -> TalkTrack:
    """Ask for approval of a guide or talk track."""
    return _submit(row, by)


@action("interactions.approve_track", on=TalkTrack, verb="approve", title=gettext_lazy("批准启用"),
        icon="check", available=_is(SUBMITTED))  # fmt: skip
def approve_track(row: TalkTrack, *, by: Actor) -> TalkTrack:
    """Approve a guide or talk track; the version before it is retired."""
    return _approve(row, by)


@action("interactions.retire_track", on=TalkTrack, title=gettext_lazy("停用"), icon="ban",
        available=_is(DRAFT, SUBMITTED, APPROVED))  # fmt: skip
def retire_track(row: TalkTrack, *, by: Actor) -> TalkTrack:
    """Take a guide or talk track out of use."""
    return _retire(row, by)


@action("interactions.revise_track", on=TalkTrack, title=gettext_lazy("建立新版本"), icon="copy",
        available=_is(APPROVED, RETIRED))  # fmt: skip
def revise_track(row: TalkTrack, *, by: Actor) -> Outcome:
    """Draft the next version of a guide or talk track."""
    return _revise(row, by)


@action("interactions.submit_template", on=MessageTemplate, title=gettext_lazy("提交审批"),
        icon="send", available=_is(DRAFT))  # fmt: skip
def submit_template(row: MessageTemplate, *, by: Actor) -> MessageTemplate:
    """Ask for approval of a template."""
    return _submit(row, by)


@action("interactions.approve_template", on=MessageTemplate, verb="approve",
        title=gettext_lazy("批准启用"), icon="check", available=_is(SUBMITTED))  # fmt: skip
def approve_template(row: MessageTemplate, *, by: Actor) -> MessageTemplate:
    """Approve a template; the version before it is retired."""
    _check_fields({name: getattr(row, name) for name in TEXTS}, MessageTemplate)
    return _approve(row, by)


@action("interactions.retire_template", on=MessageTemplate, title=gettext_lazy("停用"), icon="ban",
        available=_is(DRAFT, SUBMITTED, APPROVED))  # fmt: skip
def retire_template(row: MessageTemplate, *, by: Actor) -> MessageTemplate:
    """Take a template out of use."""
    return _retire(row, by)


@action("interactions.revise_template", on=MessageTemplate, title=gettext_lazy("建立新版本"),
        icon="copy", available=_is(APPROVED, RETIRED))  # fmt: skip
def revise_template(row: MessageTemplate, *, by: Actor) -> Outcome:
    """Draft the next version of a template."""
    return _revise(row, by)
