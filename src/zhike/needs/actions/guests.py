"""Contacts of customers on the co-creation board, by a link of their own (NEED-013).

The link is made, proven and kept like that of ``quality.self_service``: only a digest is stored and
the last digits of the contact's telephone are asked. Every step is in the history under the channel
``portal`` and on the customer's timeline.
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer, Person
from zhike.kernel.actions import authorise, lock, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.events import emit
from zhike.kernel.moments import midnight
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.needs.events import GuestTookPart
from zhike.needs.models import BoardLink, Idea, Remark, Vote
from zhike.needs.policies import GuestFacts, GuestParams, GuestRules
from zhike.needs.queries.guests import open_board_link, shown_idea
from zhike.quality.queries.doors import digest, limits

TOKEN_BYTES = 32
LONGEST = 2_000


@dataclass(frozen=True)
class GuestEntry:
    """A contact who has proven himself: what the steps below are given."""

    link_id: int
    person_id: int
    customer_id: int


def create_board_link(person_id: int, *, by: Actor) -> tuple[BoardLink, str]:
    """Make a link for a contact of a customer that the actor may change.

    Returns:
        The link and its token, which is kept nowhere: only its digest is.

    Raises:
        Forbidden, NotFound, Invalid: the contact has no customer, or no mobile number to check.
    """
    authorise(by, BoardLink.key(), "create")
    with recorded(by, "needs.create_board_link"):
        person = lock(Person, person_id, by=by, verb="change")
        if person.customer_id is None:
            raise Invalid(_("该联系人没有主要单位，请先补充。"))
        lock(Customer, person.customer_id, by=by, verb="change")
        if len(str(person.mobile or "")) < limits().digits:
            raise Invalid(_("该联系人没有手机号，无法核对身份，请先补充。"))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        link = BoardLink(
            customer_id=person.customer_id, person=person, digest=digest(token),
            expires_at=timezone.now() + dt.timedelta(days=rules().link_days),
        )  # fmt: skip
        return store(link, by=by), token


def rules() -> GuestParams:
    """Return the limits in force."""
    params: GuestParams = in_force(GuestRules.id)[1]
    return params


def enter_board(token: str, digits: str) -> GuestEntry:
    """Let a contact in who knows the last digits of his telephone.

    Raises:
        NotFound: no usable link. Invalid: wrong digits, counted before the answer is given.
    """
    params, by = limits(), _outside()
    with recorded(by, "needs.enter_board"):
        link = open_board_link(token, locked=True)
        expected = str(link.person.mobile or "")[-params.digits :]
        right = len(expected) == params.digits and secrets.compare_digest(
            digits.encode("utf-8", "replace"), expected.encode()
        )
        if right:
            link.visits, link.used_at, link.attempts = link.visits + 1, timezone.now(), 0
            store(link, by=by, fields=["visits", "used_at", "attempts"])
            emit(GuestTookPart(link.customer_id, link.person_id, "entered"), by=by)
            return GuestEntry(link.pk, link.person_id, link.customer_id)
        link.attempts += 1
        store(link, by=by, fields=["attempts"])
    left = params.attempts - link.attempts
    raise Invalid(fields={"digits": [_("号码不对，还可以再试 %d 次。") % left]})


def guest_propose(guest: GuestEntry, title: str, text: str) -> Idea:
    """Keep a contact's proposal until a colleague opens it.

    Raises:
        Invalid: no words or too many. Conflict: the day's number is used up.
    """
    clean = _texts(Idea, title=title, text=text)
    mine = Idea.unscoped.filter(person_id=guest.person_id)
    with _step(guest, "propose", mine, "needs.guest_propose") as by:
        owner = Customer.unscoped.filter(pk=guest.customer_id).values_list("owner_id", flat=True)
        row = Idea(
            customer_id=guest.customer_id, person_id=guest.person_id, owner_id=owner.first(),
            status=Idea.Status.WAITING, **clean,
        )  # fmt: skip
        store(row, by=by)
        emit(GuestTookPart(guest.customer_id, guest.person_id, "proposed", row.pk), by=by)
    return row


def guest_vote(guest: GuestEntry, idea_id: int) -> Idea:
    """Count a contact's vote, once; it stands for his customer.

    Raises:
        NotFound: not open to him. Conflict: no longer put to vote, or the day's number is used up.
        Invalid: he has voted.
    """
    mine = Vote.unscoped.filter(person_id=guest.person_id)
    with _step(guest, "vote", mine, "needs.guest_vote") as by:
        row = shown_idea(guest.person_id, idea_id, locked=True)
        if row.status != Idea.Status.PROPOSED:
            raise Conflict(_("这个提案已不在征集中。"))
        store(Vote(idea=row, person_id=guest.person_id, customer_id=guest.customer_id), by=by)
        row.votes_count = Vote.unscoped.filter(idea=row).count()
        store(row, by=by, fields=["votes_count"])
        emit(GuestTookPart(guest.customer_id, guest.person_id, "voted", row.pk), by=by)
    return row


def guest_remark(guest: GuestEntry, idea_id: int, text: str) -> Remark:
    """Keep a contact's comment until a colleague opens it.

    Raises:
        NotFound: not open to him. Invalid: no words or too many. Conflict: the day's number.
    """
    clean = _texts(Remark, text=text)
    mine = Remark.unscoped.filter(person_id=guest.person_id)
    with _step(guest, "remark", mine, "needs.guest_remark") as by:
        idea = shown_idea(guest.person_id, idea_id)
        row = Remark(idea=idea, person_id=guest.person_id, status=Remark.Status.WAITING, **clean)
        store(row, by=by)
        emit(GuestTookPart(guest.customer_id, guest.person_id, "commented", idea.pk), by=by)
    return row


@contextmanager
def _step(guest: GuestEntry, step: str, mine: "QuerySet[Any]", name: str) -> Iterator[Actor]:
    """Open the transaction of one step: the link is still good, the day's number not used up."""
    by = _outside()
    with recorded(by, name):
        links = BoardLink.unscoped.select_for_update().filter(pk=guest.link_id)
        link = links.filter(person_id=guest.person_id).first()
        if link is None or not link.open_now():
            raise NotFound(_("链接无效、已收回或已过期，请联系您的客户经理重新发送。"))
        today = mine.filter(created_at__gte=midnight(timezone.localdate())).count()
        facts = GuestFacts(step=step, today=today)
        if registry.policies[GuestRules.id].decide(facts, rules()).outcome != "allow":
            raise Conflict(_("今天的次数已用完，请明天再来。"))
        links.update(used_at=timezone.now(), version=F("version") + 1)
        yield by


def _texts(model: type[Idea] | type[Remark], **values: str) -> dict[str, str]:
    clean, errors = {}, {}
    for name, raw in values.items():
        field: Any = model._meta.get_field(name)
        try:
            clean[name] = field.clean(raw or "", None)
            if len(clean[name]) > LONGEST:
                raise ValidationError(_("应不超过 %d 个字") % LONGEST)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise Invalid(fields=errors)
    return clean


def _outside() -> Actor:
    by = SYSTEM(reason="客户参与共创")
    return replace(by, channel="portal", name=by.system_reason)
