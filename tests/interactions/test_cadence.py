"""The contact rule: the pure decision, the same in SQL, and the to-dos that follow from it."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.interactions.people import ROBOT, actor, customer, save, tomorrow, user
from zhike.customers.events import LifecycleChanged, OwnerChanged
from zhike.customers.models import Customer
from zhike.identity.actions.calendar import bundled, ensure_bundled_years
from zhike.identity.models import WorkWeek
from zhike.identity.queries import end_of_day
from zhike.interactions import cadence
from zhike.interactions.actions import complete_todo, drop_todo, log_interaction, postpone_todo
from zhike.interactions.models import ToDo
from zhike.interactions.policies import CadenceFacts, CadenceParams, ContactCadence
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry

CASES = yaml.safe_load(
    (Path(__file__).parent / "policies" / "contact_cadence.yaml").read_text("utf-8")
)
TODAY = dt.date(2026, 3, 4)
SOURCE = ContactCadence.id
pytestmark = pytest.mark.requirement("COM-005")


def noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def open_todos() -> dict[int, ToDo]:
    rows = ToDo.unscoped.filter(policy_id=SOURCE, status="open")
    return {row.customer_id: row for row in rows}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_decision(case):
    policy = registry.policies[SOURCE]
    params = policy.parse(case.get("params", {}))
    calendar = {one.day: one.worked for days in bundled().values() for one in days}
    facts = CadenceFacts(today=TODAY, calendar=calendar, **case["facts"])
    decision = policy.decide(facts, params)
    assert (decision.outcome or {}).get("due_on") == (case["due"] and case["due"].isoformat())
    assert decision.reasons


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_sql_says_the_same(case):
    facts, params = case["facts"], registry.policies[SOURCE].parse(case.get("params", {}))
    last = facts["last_contact_on"]
    ensure_bundled_years()
    row = customer(
        None, grade=facts["grade"], lifecycle=facts["lifecycle"],
        last_contact_at=last and noon(last), created_at=noon(facts["known_on"]),
    )  # fmt: skip
    assert cadence.deadlines(params, [row.pk], TODAY).get(row.pk) == case["due"]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"days": {"diamond": 3}}, "days.diamond"),
        ({"days": {"vip": 0}}, "days.vip"),
        ({"days": {"vip": 30, "gold": 14}}, "days.vip"),
        ({"days": {"gold": 14}}, "days.vip"),
        ({"lifecycle_days": {"gone": 3}}, "lifecycle_days.gone"),
        ({"warn_days": -1}, "warn_days"),
        ({"every": 3}, "every"),
    ],
)
def test_impossible_parameters_are_named(raw, path):
    with pytest.raises(BadParams) as error:
        registry.policies[SOURCE].parse(raw)
    assert path in {problem.path for problem in error.value.problems}


@pytest.mark.django_db
class TestFill:
    """The nightly run."""

    def test_lists_overdue_and_soon_due_with_rule_and_deadline(self, clock):
        owner = user()
        late = customer(owner, grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        soon = customer(owner, grade="vip", last_contact_at=noon(TODAY - dt.timedelta(5)))
        fine = customer(owner, grade="vip", last_contact_at=noon(TODAY - dt.timedelta(2)))
        plain = customer(owner, grade="standard")
        filled = cadence.fill()
        found = open_todos()
        assert filled.created == 2
        assert late.pk in found
        assert soon.pk in found
        assert fine.pk not in found
        assert plain.pk not in found
        assert timezone.localtime(found[late.pk].due_at) == noon(dt.date(2026, 3, 2)).replace(
            hour=18
        )
        assert found[late.pk].owner_id == owner.pk
        assert found[late.pk].facts["days"] == 7

    def test_runs_twice_and_changes_nothing(self, clock):
        customer(user(), grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        cadence.fill()
        before = open_todos()
        assert cadence.fill() == cadence.Filled(0, 0, 0)
        assert {pk: row.version for pk, row in open_todos().items()} == {
            pk: row.version for pk, row in before.items()
        }

    def test_cost_does_not_grow_with_customers(self, clock):
        owner = user()
        for _ in range(12):
            customer(owner, grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert cadence.fill().created == 12
        assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 5

    def test_retires_what_the_rule_no_longer_asks(self, clock):
        row = customer(user(), grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        cadence.fill()
        Customer.unscoped.filter(pk=row.pk).update(grade="standard")
        assert cadence.fill().retired == 1
        assert open_todos() == {}
        Customer.unscoped.filter(pk=row.pk).update(grade="gold")
        cadence.fill()
        assert open_todos() == {}  # gold: 14 days, not due yet
        Customer.unscoped.filter(pk=row.pk).update(grade="vip")
        assert cadence.fill().created == 1

    def test_new_version_of_the_rule_moves_deadlines(self, clock):
        row = customer(user(), grade="gold", last_contact_at=noon(TODAY - dt.timedelta(13)))
        cadence.fill()
        assert open_todos()[row.pk].policy_version is None
        version = save(
            PolicyVersion(
                policy_id=SOURCE, number=1, status="approved", effective_on=TODAY, simulation={"listed": 0},
                params={"days": {"vip": 5, "gold": 10}},
            )
        )  # fmt: skip
        assert cadence.fill().changed == 1
        found = open_todos()[row.pk]
        assert found.policy_version_id == version.pk
        assert found.facts["days"] == 10

    def test_postponed_stays_postponed(self, clock):
        person = user()
        row = customer(person, grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        cadence.fill()
        postpone_todo(open_todos()[row.pk], by=actor(person), until=tomorrow(3), reason="出差")
        cadence.fill()
        assert timezone.localtime(open_todos()[row.pk].due_at).date() == tomorrow(3)

    @pytest.mark.parametrize("step", ["complete", "drop", "log"])
    def test_closed_by_a_person_starts_the_interval_anew(self, clock, step):
        person = user()
        row = customer(person, grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        cadence.fill()
        todo = open_todos()[row.pk]
        if step == "complete":
            complete_todo(todo, by=actor(person), result="已通话")
        elif step == "drop":
            drop_todo(todo, by=actor(person), reason="客户休假")
        else:
            log_interaction(row, by=actor(person), summary="电话", no_next_step=True)
        cadence.fill()
        assert open_todos() == {}
        clock.move_to(noon(TODAY + dt.timedelta(6)))
        cadence.fill()
        assert row.pk in open_todos()

    def test_archived_customer_has_none(self, clock):
        row = customer(user(), grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        cadence.fill()
        Customer.unscoped.filter(pk=row.pk).update(archived_at=timezone.now())
        assert cadence.fill().retired == 1

    def test_new_owner_gets_the_todo(self, clock):
        row = customer(user(), grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        cadence.fill()
        heir = user("许听澜")
        Customer.unscoped.filter(pk=row.pk).update(owner=heir)
        cadence.fill()
        assert open_todos()[row.pk].owner_id == heir.pk

    def test_simulation_counts_within_scope(self, clock):
        mine, other = user(), user("许听澜")
        for owner in (mine, mine, other):
            customer(owner, grade="gold", last_contact_at=noon(TODAY - dt.timedelta(11)))
        params = CadenceParams(days={"vip": 7, "gold": 10})
        everybody = cadence.simulate(params, TODAY, ROBOT)
        assert (everybody.counts_now["quiet"], everybody.moved_up) == (3, 3)
        assert everybody.counts_then == {"overdue": 3, "due": 0, "quiet": 0}
        assert cadence.simulate(params, TODAY, actor(mine)).moved_up == 2

    def test_events_of_customers_bring_it_at_once(self, clock):
        row = customer(user(), grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
        for event in (
            LifecycleChanged(row.pk, "prospect", "customer"),
            OwnerChanged(row.pk, None, row.owner_id),
        ):
            ToDo.unscoped.all().delete()
            for handler in registry.handlers[event.name]:
                if handler.__module__ == "zhike.interactions.handlers":
                    handler(event)
            assert row.pk in open_todos()


@pytest.mark.django_db
def test_the_company_s_hours_say_when_the_day_of_a_deadline_closes(clock):
    cache.delete("identity:hours")
    hours = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-20:15")
    save(WorkWeek(valid_from=dt.date(2020, 1, 1), saturday="", sunday="", **hours))
    late = customer(user(), grade="vip", last_contact_at=noon(TODAY - dt.timedelta(9)))
    cadence.fill()
    due = open_todos()[late.pk].due_at
    assert timezone.localtime(due).time() == dt.time(20, 15)
    assert due == end_of_day(timezone.localtime(due).date())
    cache.delete("identity:hours")
