"""Ownership through every step in any order: what must hold after each of them."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.factories import actor, make, make_user
from tests.pool.people import ROBOT, place, published, seller
from zhike.customers.actions import assign_owner
from zhike.customers.models import Customer
from zhike.kernel.errors import Refusal
from zhike.pool.actions import (
    ask_extension,
    assign_from_pool,
    claim,
    decide_request,
    recycle,
    release,
    undo_run,
)
from zhike.pool.models import Ownership, PoolEntry, PoolRequest, RecycleRun

CAPACITY, CUSTOMERS, PEOPLE = 2, 5, 3
numbers = st.integers(0, CUSTOMERS - 1)
people = st.integers(0, PEOPLE - 1)


class OwnershipMachine(RuleBasedStateMachine):
    """Claim, release, recycle, assign, undo and extend; refusals are part of the game."""

    @initialize()
    def begin(self):
        self.point = transaction.savepoint()
        published("pool.recycling", {"rules": [{"follow_up_days": 30}], "protect_days": 0})
        limits = {"capacity": CAPACITY, "daily_claims": None, "previous_owner_days": 0}
        published("pool.claiming", limits)
        _pool, unit = place()
        grants = {("*", "*"): "all"}
        self.boss = actor(make_user("boss", unit=unit, grants=grants))
        mine = {(f"{key}", verb): "own" for key in ("customers.customer", "pool.poolrequest")
                for verb in ("view", "change")}  # fmt: skip
        pool = {("pool.poolentry", verb): "unit" for verb in ("view", "change")}
        self.people = [seller(f"s{n}", unit, {**mine, **pool}) for n in range(PEOPLE)]
        self.rows = [make("customers.customer", unit=unit).pk for _n in range(CUSTOMERS)]
        assign_owner(self.rows[:1], by=self.boss, owner=self.people[0].user_id)

    def teardown(self):
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)

    def attempt(self, step, *arguments, **named):
        """Take a step; a refusal changes nothing."""
        before = self.picture()
        try:
            step(*arguments, **named)
        except Refusal:
            assert self.picture() == before

    def picture(self):
        owners = Customer.unscoped.order_by("pk").values_list("pk", "owner_id")
        return list(owners), Ownership.unscoped.count(), PoolEntry.unscoped.count()

    def entry_of(self, number):
        open_ones = PoolEntry.unscoped.filter(customer_id=self.rows[number], left_at=None)
        return open_ones.values_list("pk", flat=True).first() or 0

    @rule(number=numbers, who=people)
    def claims(self, number, who):
        self.attempt(claim, [self.entry_of(number)], by=self.people[who])

    @rule(number=numbers, who=people)
    def releases(self, number, who):
        self.attempt(release, [self.rows[number]], by=self.people[who], reason="没有进展")

    @rule(number=numbers, who=people)
    def assigns(self, number, who):
        heir = self.people[who].user_id
        self.attempt(assign_owner, [self.rows[number]], by=self.boss, owner=heir)

    @rule(number=numbers, who=people)
    def assigns_from_pool(self, number, who):
        heir, entry = self.people[who].user_id, self.entry_of(number)
        self.attempt(assign_from_pool, [entry], by=self.boss, owner=heir)

    @rule(number=numbers)
    def grows_old(self, number):
        """The owner has had the customer for forty days without a word."""
        line = Ownership.unscoped.filter(customer_id=self.rows[number]).order_by("-since", "-pk")
        if line.count() == 1:  # only a first line may move: the others touch what was before
            line.update(since=timezone.now() - dt.timedelta(days=40))

    @rule()
    def a_night_passes(self):
        recycle(timezone.localdate(), by=ROBOT)

    @rule()
    def takes_the_night_back(self):
        run = RecycleRun.unscoped.filter(undone_at=None, recycled__gt=0).order_by("-pk").first()
        if run:
            self.attempt(undo_run, run.pk, by=self.boss)

    @rule(number=numbers, who=people)
    def asks_for_time(self, number, who):
        self.attempt(ask_extension, self.rows[number], by=self.people[who], reason="在试样")

    @rule(yes=st.booleans())
    def decides(self, yes):
        row = PoolRequest.unscoped.filter(status="requested").first()
        if row:
            self.attempt(decide_request, row.pk, by=self.boss, approve=yes, note="已核对")

    @invariant()
    def one_open_line_that_names_the_owner(self):
        for pk in getattr(self, "rows", ()):
            owner = Customer.unscoped.get(pk=pk).owner_id
            now = Ownership.unscoped.filter(customer_id=pk, until=None)
            assert [line.owner_id for line in now] == [owner]

    @invariant()
    def no_gap_and_no_overlap(self):
        for pk in getattr(self, "rows", ()):
            lines = list(Ownership.unscoped.filter(customer_id=pk).order_by("since", "pk"))
            ends = [line.until for line in lines[:-1]]
            assert ends == [line.since for line in lines[1:]]
            assert lines[-1].until is None

    @invariant()
    def in_a_pool_only_without_owner(self):
        for pk in getattr(self, "rows", ()):
            owned = Customer.unscoped.get(pk=pk).owner_id is not None
            lying = PoolEntry.unscoped.filter(customer_id=pk, left_at=None).count()
            left_once = Ownership.unscoped.filter(customer_id=pk, owner=None).exclude(
                cause="created"
            )
            assert lying == (0 if owned else 1 if left_once.exists() else lying)
            assert lying <= 1

    @invariant()
    def nobody_holds_more_than_the_limit(self):
        for person in getattr(self, "people", ()):
            held = Customer.unscoped.filter(owner_id=person.user_id).count()
            # taking a night back returns what was owned; everything else is held to the limit
            assert held <= CAPACITY or Ownership.unscoped.filter(cause="restored").exists()


OwnershipMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=14, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.mark.requirement("SEG-044")
class TestOwnership(TestCase):
    """Run the machine inside one transaction, each example in a savepoint of it."""

    def test_ownership(self):
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(OwnershipMachine, settings=OwnershipMachine.TestCase.settings)
