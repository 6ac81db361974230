"""Gifts: limits, public bodies, a second person, receipts, the yearly report (LOY-014)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from tests.factories import make
from zhike.customers.models import Customer
from zhike.kernel.approvals import waiting
from zhike.kernel.errors import Conflict, Forbidden, Invalid, PolicyRefused
from zhike.loyalty.actions import (
    approve_gift,
    cancel_gift,
    create_gift,
    edit_gift,
    give_gift,
    reject_gift,
)
from zhike.loyalty.models import Gift
from zhike.loyalty.queries.gifts import yearly_report

pytestmark = pytest.mark.requirement("LOY-014")


@pytest.fixture
def ask(world):
    def asked(value, *, by=None, **changes):
        values = {
            "customer": world.customer.pk, "person": world.person.pk, "recipient": "private",
            "kind": "gift", "description": "茶叶", "occasion": "中秋节", "given_on": "2026-03-10",
            "value": value, **changes,
        }  # fmt: skip
        return create_gift(Gift, values, by=by or world.by_ann)

    return asked


def test_a_small_gift_passes_a_larger_one_asks_a_second_person(world, ask):
    assert ask(200).status == "approved"
    gift = ask("200.01")
    assert gift.status == "requested"
    with pytest.raises(Forbidden):
        approve_gift(gift.pk, by=world.by_ann)
    (found,) = [
        one for _source, one in waiting(world.by_boss) if one.url.endswith(f"gift/{gift.pk}/")
    ]
    assert "茶叶" in found.title
    assert approve_gift(gift.pk, by=world.by_boss, note="符合规定").status == "approved"
    with pytest.raises(Conflict):
        reject_gift(gift.pk, by=world.by_boss, note="晚了")


def test_who_asks_cannot_agree_even_with_the_right(world, ask):
    gift = ask(300, by=world.by_boss)
    with pytest.raises(Forbidden):
        approve_gift(gift.pk, by=world.by_boss)
    assert not [one for source, one in waiting(world.by_boss) if source.name == "loyalty.gifts"]


@pytest.mark.parametrize("recipient", ["state", "institution", "government"])
def test_public_bodies_get_nothing_and_the_reasons_are_said(world, ask, recipient):
    with pytest.raises(PolicyRefused) as refused:
        ask(10, recipient=recipient)
    assert refused.value.policy == "loyalty.gift_limits"
    assert len(refused.value.reasons) == 1
    assert not Gift.unscoped.exists()


def test_a_standing_once_stated_and_a_telling_name_are_not_talked_away(world, ask):
    make(
        "loyalty.gift", customer=world.customer, person=world.person, recipient="state",
        status="cancelled",
    )  # fmt: skip
    with pytest.raises(PolicyRefused):
        ask(10, recipient="private")
    Gift.unscoped.all().delete()
    Customer.unscoped.filter(pk=world.customer.pk).update(name="江州大学附属医院")
    with pytest.raises(PolicyRefused):
        ask(10, recipient="other")


def test_limits_of_gift_person_and_customer_in_the_calendar_year(world, ask):
    with pytest.raises(PolicyRefused):
        ask(501)
    ask(500)
    ask(500, given_on="2025-12-31")
    gift = ask(500)
    with pytest.raises(PolicyRefused):
        ask(1)
    cancel_gift(gift.pk, by=world.by_ann)
    assert ask(1).status == "approved", "what was cancelled no longer counts"
    for _n in range(4):
        other = make("customers.person", customer=world.customer)
        ask(500, person=other.pk)
    last = make("customers.person", customer=world.customer)
    with pytest.raises(PolicyRefused) as refused:
        ask(500, person=last.pk)
    assert any("3000" in text for text in refused.value.reasons)


def test_a_receipt_before_it_counts_as_given(world, ask):
    gift = ask(150)
    with pytest.raises(Invalid):
        give_gift(gift.pk, by=world.by_ann)
    Gift.unscoped.filter(pk=gift.pk).update(receipt=ContentFile(b"x", "fapiao.pdf").name)
    assert give_gift(gift.pk, by=world.by_ann).status == "given"
    with pytest.raises(Conflict):
        edit_gift(Gift, gift.pk, {"value": 10}, by=world.by_ann)
    with pytest.raises(Conflict):
        cancel_gift(gift.pk, by=world.by_ann)


def test_a_changed_value_is_decided_anew(world, ask):
    gift = ask(150)
    assert edit_gift(Gift, gift.pk, {"value": 400}, by=world.by_ann).status == "requested"
    with pytest.raises(PolicyRefused):
        edit_gift(Gift, gift.pk, {"value": 501}, by=world.by_ann)
    gift.refresh_from_db()
    assert gift.value == 400


def test_the_recipient_belongs_to_the_customer(world, ask):
    stranger = make("customers.person", owner=world.ann)
    with pytest.raises(Invalid):
        ask(10, person=stranger.pk)


def test_the_yearly_report_adds_up_by_recipient_within_the_scope(world, ask):
    ask(150)
    ask(450)
    ask(100, given_on="2025-06-01")
    (line,) = yearly_report(world.by_ann, 2026)
    assert (line.person, line.count, line.value) == ("周叙白", 2, Decimal(600))
    assert line.last_on == dt.date(2026, 3, 10)
    assert line.share == pytest.approx(0.6)
    assert line.waiting == 1
    assert yearly_report(world.by_bob, 2026) == []
