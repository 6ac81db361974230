"""Recycling: the pure decision, the same in SQL, the night's run, its undo, extensions."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from tests.factories import actor, make, make_user
from tests.pool.people import ROBOT, place, published, seller
from zhike.customers.models import Customer
from zhike.identity.actions.calendar import bundled, ensure_bundled_years
from zhike.identity.models import Notice
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.pool.actions import ask_extension, claim, decide_request, recycle, undo_run
from zhike.pool.models import Ownership, PoolEntry, PoolRequest, Protection, RecycleRun
from zhike.pool.policies import RecyclingFacts
from zhike.pool.queries import due as reads
from zhike.pool.queries.tonight import tonight

CASES = yaml.safe_load((Path(__file__).parent / "policies" / "recycling.yaml").read_text("utf-8"))
TODAY = dt.date(2026, 3, 4)
POLICY = "pool.recycling"
RULES = {"rules": [{"follow_up_days": 30}], "protect_days": 0}
pytestmark = pytest.mark.requirement("SEG-044")


def noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def owned(*, days: int, unit, owner=None, **values):
    """A customer that its owner has had for so many days."""
    row = make(
        "customers.customer",
        owner=owner or make_user(f"o{days}-{timezone.now()}"),
        unit=unit,
        **values,
    )
    backdate(row, timezone.localdate() - dt.timedelta(days=days))
    return row


def backdate(row, day):
    Ownership.unscoped.filter(customer=row, until=None).update(since=noon(day))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_decision(case):
    policy = registry.policies[POLICY]
    params = policy.parse(case.get("params", {}))
    calendar = {one.day: one.worked for days in bundled().values() for one in days}
    facts = RecyclingFacts(today=case.get("today", TODAY), calendar=calendar, **case["facts"])
    outcome = policy.decide(facts, params).outcome
    assert outcome == {"state": case["state"], "due_on": case["due"] and case["due"].isoformat()}


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_sql_says_the_same(case):
    facts, params = case["facts"], registry.policies[POLICY].parse(case.get("params", {}))
    today = case.get("today", TODAY)
    ensure_bundled_years()
    followed = facts.get("followed_on")
    row = make(
        "customers.customer", grade=facts["grade"], lifecycle=facts["lifecycle"],
        owner=make_user("ann"), last_contact_at=followed and noon(followed),
        last_order_on=facts.get("ordered_on"),
    )  # fmt: skip
    backdate(row, facts["owned_on"])
    for kind, key in (("contract", "contract_ended_on"), ("extension", "extended_until")):
        if facts.get(key):
            make("pool.protection", customer=row, kind=kind, valid_to=facts[key])
    if facts.get("protected_by"):
        make("pool.protection", customer=row, kind="key_account")
    assert reads.deadlines(params, today) == ({row.pk: case["due"]} if case["due"] else {})
    states = [("recycle" if one.late else "warn") for one in reads.listed(params, today)]
    assert states == ([] if case["state"] == "keep" else [case["state"]])
    read = reads.facts(params, today, [row.pk])
    if row.pk in read:
        decided = registry.policies[POLICY].decide(read[row.pk], params).outcome
        assert decided["due_on"] == (case["due"] and case["due"].isoformat())


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"rules": [{"grades": ["diamond"], "follow_up_days": 3}]}, "rules.0.grades"),
        ({"rules": [{"grades": ["vip"]}]}, "rules.0"),
        ({"rules": [{"follow_up_days": 3}, {"grades": ["vip"], "follow_up_days": 9}]}, "rules.1"),
        ({"rules": [{"follow_up_days": 0}]}, "rules.0.follow_up_days"),
    ],
)
def test_bad_rules_are_named(params, path):
    with pytest.raises(BadParams) as refused:
        registry.policies[POLICY].parse(params)
    assert path in {one.path for one in refused.value.problems}


@pytest.mark.django_db
def test_nothing_happens_before_the_rule_is_published():
    _pool, unit = place()
    row = owned(days=400, unit=unit)
    assert recycle(timezone.localdate(), by=ROBOT) is None
    row.refresh_from_db()
    assert row.owner_id


@pytest.mark.django_db
def test_a_night_takes_back_warns_and_can_be_taken_back():
    published(POLICY, RULES)
    _pool, unit = place()
    ann = make_user("ann", unit=unit)
    late, soon = owned(days=40, unit=unit, owner=ann), owned(days=27, unit=unit, owner=ann)
    fresh = owned(days=3, unit=unit, owner=ann)
    today = timezone.localdate()
    boss = actor(make_user("boss", grants={("*", "*"): "all"}))
    assert [(one.customer_id, one.late) for one in tonight(today, boss).rows] == [
        (late.pk, True), (soon.pk, False)]  # fmt: skip
    run = recycle(today, by=ROBOT)
    assert (run.recycled, run.warned) == (1, 1)
    owners = dict(Customer.unscoped.values_list("pk", "owner_id"))
    assert owners == {late.pk: None, soon.pk: ann.pk, fresh.pk: ann.pk}
    assert PoolEntry.unscoped.get(customer=late).previous_owner_id == ann.pk
    assert ToDo.unscoped.filter(customer=soon, owner=ann, policy_id=POLICY).count() == 1
    assert Notice.unscoped.filter(user=ann).count() == 2
    assert recycle(today, by=ROBOT).recycled == 1  # a second run finds nothing more
    undo_run(run.pk, by=boss)
    late.refresh_from_db()
    assert (late.owner_id, RecycleRun.unscoped.get().undone) == (ann.pk, 1)
    causes = list(
        Ownership.unscoped.filter(customer=late).order_by("id").values_list("cause", flat=True)
    )
    assert causes == ["created", "recycled", "restored"]


@pytest.mark.django_db
def test_undo_leaves_alone_what_somebody_claimed():
    published(POLICY, RULES)
    published("pool.claiming", {"previous_owner_days": 0})
    _pool, unit = place()
    late = owned(days=40, unit=unit)
    run = recycle(timezone.localdate(), by=ROBOT)
    ann = seller("ann", unit)
    claim([PoolEntry.unscoped.get().pk], by=ann)
    undo_run(run.pk, by=actor(make_user("boss", grants={("*", "*"): "all"})))
    late.refresh_from_db()
    assert late.owner_id == ann.user_id


@pytest.mark.django_db
def test_a_follow_up_in_the_same_second_keeps_the_customer(monkeypatch):
    """Between the list of the night and the lock, somebody logs a follow-up."""
    from zhike.pool.actions import recycling

    published(POLICY, RULES)
    _pool, unit = place()
    row = owned(days=40, unit=unit)
    real = recycling.lock_customers

    def follow_up_first(ids):
        Customer.unscoped.filter(pk=row.pk).update(last_contact_at=timezone.now())
        return real(ids)

    monkeypatch.setattr(recycling, "lock_customers", follow_up_first)
    assert recycle(timezone.localdate(), by=ROBOT).recycled == 0
    row.refresh_from_db()
    assert row.owner_id


@pytest.mark.django_db
def test_without_a_pool_nothing_is_lost():
    published(POLICY, RULES)
    row = owned(days=40, unit=make("identity.orgunit"))
    with pytest.raises(Conflict, match="默认公海"):
        recycle(timezone.localdate(), by=ROBOT)
    row.refresh_from_db()
    assert row.owner_id
    assert not PoolEntry.unscoped.exists()


@pytest.mark.django_db
def test_one_extension_for_each_ownership():
    published(POLICY, RULES)
    _pool, unit = place()
    user = make_user("ann", unit=unit, grants={
        ("customers.customer", "view"): "own", ("customers.customer", "change"): "own"})  # fmt: skip
    row = owned(days=28, unit=unit, owner=user)
    with pytest.raises(Invalid):
        ask_extension(row.pk, by=actor(user), reason=" ")
    ask_extension(row.pk, by=actor(user), reason="样品在试")
    with pytest.raises(Conflict, match="只能延期一次"):
        ask_extension(row.pk, by=actor(user), reason="再等等")
    boss = actor(make_user("boss", grants={("*", "*"): "all"}))
    decide_request(PoolRequest.unscoped.get().pk, by=boss)
    kept = Protection.unscoped.get()
    today = timezone.localdate()
    assert (kept.kind, kept.valid_to) == ("extension", today + dt.timedelta(days=2 + 15))
    assert tonight(today + dt.timedelta(days=10), boss).recycled == 0
