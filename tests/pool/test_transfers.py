"""Capacity at every door, sharing and handing over in bulk, new data, the simulation."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import actor, make, make_user
from tests.pool.people import ROBOT, place, published, seller
from zhike.customers.actions import assign_owner, edit_customer, share_customers, transfer_owner
from zhike.customers.models import Customer, TeamMember
from zhike.kernel.errors import Conflict, Forbidden, Invalid, PolicyRefused
from zhike.kernel.registry import registry
from zhike.kernel.simulation import simulators
from zhike.pool.actions import (
    claim,
    gather_new,
    put_in_pool,
    resume_transfer,
    start_transfer,
    stop_transfer,
    transferring,
)
from zhike.pool.models import BulkTransfer, Ownership, PoolEntry
from zhike.trust.models import Grant
from zhike.trust.queries import forget_rights

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SEG-044")]
FULL = {("*", "*"): "all"}


def boss():
    return actor(make_user("boss", grants=FULL))


def owner_error(refused):
    return refused.value.fields["owner"][0]


def test_a_full_person_gets_no_more_through_any_door():
    published("pool.claiming", {"capacity": 2})
    full, by = make_user("full", display_name="陆知行"), boss()
    for _n in range(2):
        make("customers.customer", owner=full)
    other = make("customers.customer", owner=make_user("bo"))
    with pytest.raises(Invalid) as refused:
        assign_owner([other.pk], by=by, owner=full)
    assert owner_error(refused) == "陆知行 已负责 2 家，上限 2 家，最多还能接 0 家。"
    with pytest.raises(Invalid):
        transfer_owner(other.pk, by=by, owner=full, reason="离职")
    with pytest.raises(Invalid):
        edit_customer(Customer, other.pk, {"owner": full.pk}, by=by)
    assert Customer.unscoped.filter(owner=full).count() == 2
    vip = make("customers.customer", owner=make_user("cy"), grade="vip")
    assign_owner([vip.pk], by=by, owner=full)
    assert Customer.unscoped.filter(owner=full).count() == 3


def test_before_the_rule_is_published_nothing_limits():
    heir, by = make_user("heir"), boss()
    rows = [make("customers.customer", owner=make_user(f"o{n}")).pk for n in range(3)]
    assert assign_owner(rows, by=by, owner=heir) == 3


def test_sharing_in_bulk_adds_each_once():
    by, friend = boss(), make_user("friend")
    rows = [make("customers.customer").pk for _n in range(3)]
    assert share_customers(rows[:2], by=by, user=friend, role="follower").count == 2
    assert share_customers(rows, by=by, user=friend, role="follower").count == 1
    assert TeamMember.unscoped.filter(user=friend).count() == 3
    with pytest.raises(Invalid):
        share_customers(rows, by=by, user=friend, role="king")


def planned(count, monkeypatch, by, heir):
    """A transfer in batches of two, queued but not yet carried out."""
    monkeypatch.setattr(transferring, "BATCH", 2)
    rows = [make("customers.customer", owner=make_user(f"o{n}")).pk for n in range(count)]
    return start_transfer(Customer.unscoped.filter(pk__in=rows), by=by, owner=heir, reason="调区")


def test_a_transfer_is_done_in_whole_batches(monkeypatch):
    by, heir = boss(), make_user("heir")
    row = planned(5, monkeypatch, by, heir)
    assert [len(one.customer_ids) for one in row.batches.order_by("number")] == [2, 2, 1]
    transferring.carry(row.pk)
    row.refresh_from_db()
    assert (row.status, Customer.unscoped.filter(owner=heir).count()) == ("done", 5)
    assert transferring.progress(row)["moved"] == 5
    assert set(Ownership.unscoped.filter(owner=heir).values_list("note", flat=True)) == {"调区"}
    transferring.carry(row.pk)  # a job may run twice
    assert Ownership.unscoped.filter(owner=heir).count() == 5


def test_stopped_half_way_says_which_batches_are_done_and_goes_on(monkeypatch):
    by, heir = boss(), make_user("heir")
    row = planned(5, monkeypatch, by, heir)
    real, seen = transferring._move, []

    def stops_after_two(transfer, ids, who):
        moved = real(transfer, ids, who)
        seen.append(ids)
        return moved

    monkeypatch.setattr(transferring, "_move", stops_after_two)
    assert transferring._next_batch(row.pk, by)
    stop_transfer(row.pk, by=by)
    transferring.carry(row.pk)
    row.refresh_from_db()
    assert (row.status, len(seen)) == ("stopped", 1)
    assert row.message == "第 1 至 1 批已完成，共移交 2 家；其余各批未动"
    assert Customer.unscoped.filter(owner=heir).count() == 2
    resume_transfer(row.pk, by=by)
    transferring.carry(row.pk)
    row.refresh_from_db()
    assert (row.status, Customer.unscoped.filter(owner=heir).count()) == ("done", 5)


def test_a_batch_that_exceeds_capacity_moves_nothing_of_itself(monkeypatch):
    published("pool.claiming", {"capacity": 3})
    by, heir = boss(), make_user("heir")
    row = planned(5, monkeypatch, by, heir)
    transferring.carry(row.pk)
    row.refresh_from_db()
    assert (row.status, Customer.unscoped.filter(owner=heir).count()) == ("failed", 2)
    assert "上限 3 家" in row.message
    published("pool.claiming", {"capacity": 9})
    resume_transfer(row.pk, by=by)
    transferring.carry(row.pk)
    assert Customer.unscoped.filter(owner=heir).count() == 5


def test_who_lost_the_right_meanwhile_moves_nothing_more(monkeypatch):
    by, heir = boss(), make_user("heir")
    row = planned(3, monkeypatch, by, heir)
    Grant.unscoped.filter(role__code="role-boss", verb="assign").delete()
    forget_rights()
    transferring.carry(row.pk)
    row.refresh_from_db()
    assert (row.status, Customer.unscoped.filter(owner=heir).count()) == ("failed", 0)
    assert not row.batches.filter(done_at__isnull=False).exists()


def test_only_who_may_assign_transfers_and_only_what_he_may():
    heir, mine = make_user("heir"), make_user("ann", grants={
        ("customers.customer", "view"): "own", ("customers.customer", "assign"): "own"})  # fmt: skip
    own = make("customers.customer", owner=mine)
    make("customers.customer", owner=make_user("bo"))
    row = start_transfer(Customer.unscoped.all(), by=actor(mine), owner=heir)
    assert (row.total, row.batches.get().customer_ids) == (1, [own.pk])
    with pytest.raises(Forbidden):
        start_transfer(
            Customer.unscoped.all(), by=seller("cy", make("identity.orgunit")), owner=heir
        )
    with pytest.raises(Invalid):
        start_transfer(Customer.unscoped.none(), by=actor(mine), owner=heir)
    assert BulkTransfer.unscoped.count() == 1


def test_new_data_lies_open_before_it_can_be_claimed():
    published("pool.claiming", {"new_data_hours": 2})
    pool, unit = place()
    row = make("customers.customer", unit=unit)
    put_in_pool([row.pk], by=boss(), reason="展会名单")
    entry = PoolEntry.unscoped.get(customer=row)
    assert (entry.cause, entry.pool_id, entry.previous_owner_id) == ("new", pool.pk, None)
    ann = seller("ann", unit)
    with pytest.raises(PolicyRefused, match="公示"):
        claim([entry.pk], by=ann)
    PoolEntry.unscoped.update(entered_at=timezone.now() - dt.timedelta(hours=3))
    assert claim([entry.pk], by=ann).count == 1
    with pytest.raises(Conflict):
        put_in_pool([row.pk], by=ROBOT)


def test_new_data_enters_by_itself_only_where_the_rule_says_so():
    _pool, unit = place()
    row = make("customers.customer", unit=unit)
    assert gather_new(by=ROBOT) == 0
    published("pool.claiming", {"gather_new": True})
    assert gather_new(by=ROBOT) == 1
    assert gather_new(by=ROBOT) == 0
    assert PoolEntry.unscoped.get().customer_id == row.pk


def test_the_simulation_names_who_would_go_back():
    by = boss()
    row = make("customers.customer", owner=make_user("ann"), name="嘉兴恒益涂料有限公司")
    Ownership.unscoped.filter(customer=row).update(since=timezone.now() - dt.timedelta(days=20))
    policy = registry.policies["pool.recycling"]
    stricter = policy.parse({"rules": [{"follow_up_days": 10}], "protect_days": 0})
    found = simulators["pool.recycling"](stricter, timezone.localdate(), by)
    assert (found.moved_up, found.moved_down, found.counts_then["recycle"]) == (1, 0, 1)
    assert (found.movers[0].id, found.movers[0].before, found.movers[0].after) == (
        row.pk, "keep", "recycle")  # fmt: skip
    row.refresh_from_db()
    assert row.owner_id
