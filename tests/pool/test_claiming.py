"""Claims: one winner, limits from the ledger, requests above the free grades."""

import threading
from collections import Counter

import pytest
from django.db import connections
from django.utils import timezone

from tests.factories import actor, make, make_user
from tests.pool.people import ROBOT, place, pooled, published, seller
from zhike.customers.actions import assign_owner
from zhike.customers.models import Customer
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound, PolicyRefused, Refusal
from zhike.pool.actions import (
    assign_from_pool,
    claim,
    decide_request,
    hide_fields,
    open_pooled,
    release,
)
from zhike.pool.models import Ownership, PoolEntry, PoolRequest, PoolView
from zhike.pool.queries import ledger
from zhike.pool.queries.pools import lines, open_entries

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SEG-044")]


def at_once(work, count):
    """Run ``work(n)`` in so many threads at once; returns what each gave or was refused with."""
    ready, results = threading.Barrier(count), []

    def run(number):
        try:
            ready.wait(timeout=30)
            results.append(work(number))
        except Refusal as refused:
            results.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_claim_gives_owner_unit_and_a_line_in_the_ledger():
    _pool, unit = place()
    customer, entry = pooled(unit)
    ann = seller("ann", unit)
    outcome = claim([entry.pk], by=ann, reason="老乡介绍")
    customer.refresh_from_db()
    entry.refresh_from_db()
    assert (outcome.count, customer.owner_id, customer.unit_id) == (1, ann.user_id, unit.pk)
    assert (entry.left_as, entry.left_at is not None) == ("claimed", True)
    causes = list(
        Ownership.unscoped.filter(customer=customer).order_by("id").values_list("cause", "note")
    )
    assert causes == [("created", ""), ("released", "没有进展"), ("claimed", "老乡介绍")]


def test_the_second_claim_is_told_so():
    _pool, unit = place()
    _customer, entry = pooled(unit)
    claim([entry.pk], by=seller("ann", unit))
    with pytest.raises(Conflict, match="已被其他同事领取"):
        claim([entry.pk], by=seller("bo", unit))


def test_strangers_see_nothing():
    _pool, unit = place()
    _customer, entry = pooled(unit)
    stranger = seller("eve", make("identity.orgunit"))
    assert not open_entries(stranger).exists()
    with pytest.raises((Conflict, NotFound)):
        claim([entry.pk], by=stranger)
    assert PoolEntry.unscoped.get(pk=entry.pk).left_at is None


def test_members_below_a_member_department_belong_to_it():
    pool, unit = place()
    below = make("identity.orgunit")
    make("identity.orgplacement", unit=below, parent=unit)
    _customer, entry = pooled(unit)
    assert list(open_entries(seller("ann", below)).values_list("pk", flat=True)) == [entry.pk]
    assert pool.pk == entry.pool_id


def test_daily_claims_count_from_the_ledger():
    """Claim, release and claim again evades nothing."""
    published("pool.claiming", {"daily_claims": 2})
    _pool, unit = place()
    entries = [pooled(unit)[1] for _n in range(3)]
    ann = seller("ann", unit)
    claim([entries[0].pk], by=ann)
    release([entries[0].customer_id], by=ann, reason="误领")
    claim([entries[1].pk], by=ann)
    with pytest.raises(PolicyRefused, match="每天领取不超过 2 家"):
        claim([entries[2].pk], by=ann)
    assert ledger.claimed_today(ann.user_id) == 2
    assert ledger.holding(ann.user_id, ledger.rules()) == 1


def test_the_previous_owner_waits():
    _pool, unit = place()
    ann = seller("ann", unit)
    customer = make("customers.customer", owner_id=ann.user_id, unit=unit)
    release([customer.pk], by=ann, reason="太远")
    entry = PoolEntry.unscoped.get(customer=customer)
    with pytest.raises(PolicyRefused, match="前负责人"):
        claim([entry.pk], by=ann)


def test_capacity_leaves_out_won_and_exempt_customers():
    published("pool.claiming", {"capacity": 1, "daily_claims": None})
    _pool, unit = place()
    user = make_user("ann", unit=unit)
    make("customers.customer", owner=user, unit=unit, grade="vip")
    make("customers.customer", owner=user, unit=unit, last_order_on=timezone.localdate())
    assert ledger.holding(user.pk, ledger.rules()) == 0
    make("customers.customer", owner=user, unit=unit)
    assert ledger.holding(user.pk, ledger.rules()) == 1
    _customer, entry = pooled(unit)
    boss = seller("boss", unit, {("*", "*"): "all"})
    with pytest.raises(Invalid) as refused:
        assign_from_pool([entry.pk], by=boss, owner=user)
    assert "上限 1 家" in refused.value.fields["owner"][0]


def test_higher_grades_are_asked_for_and_given_by_a_second_person():
    _pool, unit = place()
    customer, entry = pooled(unit, grade="gold")
    ann, boss = seller("ann", unit), seller("boss", unit, {("*", "*"): "all"})
    outcome = claim([entry.pk], by=ann)
    assert (outcome.count, "需要审批" in outcome.text) == (0, True)
    claim([entry.pk], by=ann)  # asking again changes nothing
    row = PoolRequest.unscoped.get()
    with pytest.raises((Forbidden, NotFound)):
        decide_request(row.pk, by=ann)
    decide_request(row.pk, by=boss)
    customer.refresh_from_db()
    assert customer.owner_id == ann.user_id
    assert PoolRequest.unscoped.get().status == "approved"


def test_a_request_lapses_when_somebody_else_has_the_customer():
    _pool, unit = place()
    customer, entry = pooled(unit, grade="gold")
    ann, boss = seller("ann", unit), seller("boss", unit, {("*", "*"): "all"})
    claim([entry.pk], by=ann)
    other = make_user("bo", unit=unit)
    assign_from_pool([entry.pk], by=boss, owner=other)
    decide_request(PoolRequest.unscoped.get().pk, by=boss)
    customer.refresh_from_db()
    assert (PoolRequest.unscoped.get().status, customer.owner_id) == ("lapsed", other.pk)


def test_new_owners_through_other_doors_end_the_stay():
    _pool, unit = place()
    customer, entry = pooled(unit)
    assign_owner([customer.pk], by=actor(make_user("boss", grants={("*", "*"): "all"})),
                 owner=make_user("bo", unit=unit))  # fmt: skip
    entry.refresh_from_db()
    assert entry.left_as == "assigned"


def test_a_day_has_so_many_views():
    published("pool.claiming", {"daily_views": 2})
    _pool, unit = place()
    entries = [pooled(unit)[1] for _n in range(3)]
    ann = seller("ann", unit)
    for entry in (entries[0], entries[1], entries[0]):
        open_pooled(entry.pk, by=ann)
    with pytest.raises(PolicyRefused, match="每日上限"):
        open_pooled(entries[2].pk, by=ann)
    assert PoolView.unscoped.count() == 2


def test_hidden_fields_do_not_leave_the_server():
    pool, unit = place(hidden_fields=["phone", "name"])
    pooled(unit, phone="0571-88880000")
    (line,) = lines(open_entries(seller("ann", unit)), ROBOT, ("name", "phone", "industry"))
    assert set(line.values) == {"industry"}
    assert line.hidden == {"name", "phone"}
    assert line.pool == str(pool)


def test_fields_are_hidden_by_their_names():
    pool, _unit = place()
    boss = seller("boss", _unit, {("*", "*"): "all"})
    hide_fields(pool.pk, by=boss, names="电话、 邮箱")
    pool.refresh_from_db()
    assert pool.hidden_fields == ["email", "phone"]
    with pytest.raises(Invalid) as refused:
        hide_fields(pool.pk, by=boss, names="密码")
    assert "没有字段“密码”" in refused.value.fields["names"][0]


@pytest.mark.django_db(transaction=True)
def test_fifty_claims_have_one_winner():
    """Fifty at once; the benchmark of the races repeats it a hundred times."""
    _pool, unit = place()
    people = [seller(f"s{n}", unit) for n in range(50)]
    for _round in range(4):
        customer, entry = pooled(unit)
        results = at_once(lambda n, e=entry: claim([e.pk], by=people[n]), 50)
        kinds = Counter(type(one).__name__ for one in results)
        assert kinds == {"Outcome": 1, "Conflict": 49}
        assert Customer.unscoped.get(pk=customer.pk).owner_id is not None
        assert Ownership.unscoped.filter(customer=customer, until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_capacity_is_never_exceeded_under_fifty_claims():
    published("pool.claiming", {"capacity": 10, "daily_claims": None})
    _pool, unit = place()
    entries = [pooled(unit)[1] for _n in range(50)]
    ann = seller("ann", unit)
    at_once(lambda n: claim([entries[n].pk], by=ann), 50)
    assert Customer.unscoped.filter(owner_id=ann.user_id).count() == 10
