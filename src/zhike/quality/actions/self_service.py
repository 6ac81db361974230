"""Contacts correct their own data by a link (DAT-029); a person approves before anything changes."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions import edit_customer, edit_person
from zhike.customers.models import Customer, Person
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel.actions import action, authorise, lock, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.policy_store import in_force
from zhike.quality.actions.score import score
from zhike.quality.actions.upkeep import verified
from zhike.quality.models import RequestStatus, UpdateLink, UpdateRequest, Verification
from zhike.quality.policies import OutsideRules
from zhike.quality.queries.doors import MODELS, OFFERED, digest, open_link

TOKEN_BYTES = 32


def create_link(person_id: int, *, by: Actor) -> tuple[UpdateLink, str]:
    """Make a link for a contact of a customer that the actor may change.

    Returns:
        The link and its token, which is kept nowhere: only its digest is.

    Raises:
        Forbidden, NotFound, Invalid: the contact has no customer, or no mobile number to check.
    """
    authorise(by, UpdateLink.key(), "create")
    with recorded(by, "quality.create_link"):
        person = lock(Person, person_id, by=by, verb="change")
        if person.customer_id is None:
            raise Invalid(_("该联系人没有主要单位，请先补充。"))
        lock(Customer, person.customer_id, by=by, verb="change")
        params = in_force(OutsideRules.id)[1]
        if len(str(person.mobile or "")) < params.digits:
            raise Invalid(_("该联系人没有手机号，无法核对身份，请先补充。"))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        link = UpdateLink(
            customer_id=person.customer_id, person=person, digest=digest(token),
            expires_at=timezone.now() + timedelta(hours=params.link_hours),
        )  # fmt: skip
        return store(link, by=by), token


def check_digits(token: str, digits: str) -> UpdateLink:
    """Return the link if these are the last digits of the contact's mobile number.

    Raises:
        NotFound: as ``open_link``. Invalid: wrong digits, counted before the answer is given.
    """
    link, params = open_link(token), in_force(OutsideRules.id)[1]
    with recorded(_outside(), "quality.check_digits"):
        link = UpdateLink.unscoped.select_for_update().get(pk=link.pk)
        if not link.open_now() or link.attempts >= params.attempts:
            raise NotFound(_("链接无效、已使用或已过期，请联系您的客户经理重新发送。"))
        expected = str(link.person.mobile or "")[-params.digits :]
        if len(expected) == params.digits and secrets.compare_digest(
            digits.encode("utf-8", "replace"), expected.encode()
        ):
            return link
        link.attempts += 1
        store(link, by=_outside(), fields=["attempts"])
    left = params.attempts - link.attempts
    raise Invalid(fields={"digits": [_("号码不对，还可以再试 %d 次。") % left]})


def submit_update(token: str, digits: str, values: Mapping[str, str]) -> UpdateRequest | None:
    """Keep what the contact corrects as a request; the link is used up.

    Args:
        values: ``customer.phone`` -> text; empty or unchanged values are no correction.

    Returns:
        The request, or None where nothing was to be corrected: then the data counts as confirmed.

    Raises:
        NotFound, Invalid: as ``check_digits``, or a value that its kind refuses.
    """
    link = check_digits(token, digits)
    by = _outside()
    with recorded(by, "quality.submit_update"):
        link = UpdateLink.unscoped.select_for_update(of=("self",)).select_related(
            "customer", "person").get(pk=link.pk)  # fmt: skip
        if not link.open_now():
            raise NotFound(_("链接无效、已使用或已过期，请联系您的客户经理重新发送。"))
        changes = _changes(link, values)
        link.used_at = timezone.now()
        store(link, by=by, fields=["used_at"])
        if not changes:
            verified([link.customer_id], Verification.Origin.SELF, by=by)
            return None
        request = store(
            UpdateRequest(customer=link.customer, person=link.person, changes=changes), by=by
        )
        _tell(request, by)
    return request


def _changes(link: UpdateLink, values: Mapping[str, str]) -> list[dict[str, str]]:
    found, errors = [], {}
    for part, names in OFFERED.items():
        row = getattr(link, part)
        for name in names:
            raw = values.get(f"{part}.{name}", "").strip()
            if not raw:
                continue
            field = MODELS[part]._meta.get_field(name)
            try:
                value = field.clean(raw, row)
            except ValidationError as error:
                errors[f"{part}.{name}"] = list(error.messages)
                continue
            before = getattr(row, name)
            if value != before:
                found.append(
                    {"part": part, "field": name, "before": before or "", "after": str(value)}
                )
    if errors:
        raise Invalid(fields=errors)
    return found


def _tell(request: UpdateRequest, by: Actor) -> None:
    owner = request.customer.owner_id
    raise_todo(
        _key(request.pk), _("%s 更正了资料，请核对") % request.customer, owner_id=owner,
        due_at=timezone.now() + timedelta(days=2), by=by, customer_id=request.customer_id,
        link=f"/quality/requests/{request.pk}/", policy_id=OutsideRules.id, tell=True,
    )  # fmt: skip
    score([request.customer_id])


def _key(pk: int) -> str:
    return f"quality.update:{pk}"


def _outside() -> Actor:
    by = SYSTEM(reason="客户自助更新")
    return replace(by, channel="portal", name=by.system_reason)


@action(
    "quality.approve_update",
    on=UpdateRequest,
    verb="approve",
    title=gettext_lazy("采纳更正"),
    icon="check",
    available=lambda row, _by: row.status == RequestStatus.WAITING,
)
def approve_update(request: UpdateRequest, *, by: Actor) -> UpdateRequest:
    """Write the corrections through the ordinary edits, as the approver, with their source.

    Raises:
        Conflict: a field was changed by somebody since; Forbidden: no right to change the record.
    """
    _refuse_overtaken(request)
    for part, edit in (("customer", edit_customer), ("person", edit_person)):
        values = {c["field"]: c["after"] for c in request.changes if c["part"] == part}
        if values:
            edit(MODELS[part], getattr(request, part + "_id"), values, by=by.through("portal"))
    _decide(request, RequestStatus.ACCEPTED, "", by)
    verified([request.customer_id], Verification.Origin.SELF, by=by)
    return request


def _refuse_overtaken(request: UpdateRequest) -> None:
    for change in request.changes:
        row = MODELS[change["part"]].unscoped.get(pk=getattr(request, change["part"] + "_id"))
        if str(getattr(row, change["field"]) or "") != change["before"]:
            name = row._meta.get_field(change["field"]).verbose_name
            raise Conflict(_("“%s”在提交之后已被修改，请核对后不采纳或手工更正。") % name)


@action(
    "quality.reject_update",
    on=UpdateRequest,
    verb="approve",
    title=gettext_lazy("不采纳"),
    icon="x",
    available=lambda row, _by: row.status == RequestStatus.WAITING,
)
def reject_update(request: UpdateRequest, *, by: Actor, reason: str = "") -> UpdateRequest:
    """Keep the data as it is."""
    _decide(request, RequestStatus.REJECTED, reason, by)
    return request


def _decide(request: UpdateRequest, status: str, note: str, by: Actor) -> None:
    if by.is_system or by.user_id is None:
        raise Forbidden
    request.status, request.decision_note = status, note[:200]
    request.decided_by_id, request.decided_at = by.user_id, timezone.now()
    store(request, by=by, fields=["status", "decision_note", "decided_by", "decided_at"])
    settle_todos([_key(request.pk)], by=by, result=str(RequestStatus(status).label))
    score([request.customer_id])
