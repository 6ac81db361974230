"""The life of a rule's version over dates."""

import datetime as dt

import pytest

from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.rulebook.actions import versions as act
from zhike.rulebook.actions.simulations import simulate, simulate_version
from zhike.rulebook.jobs import versions_take_effect
from zhike.rulebook.queries import differences
from zhike.rulebook.queries import versions as read

POLICY = "interactions.contact_cadence"
GRADE = "customers.grade"


def cadence(**days):
    params = registry.policies[POLICY].default().model_dump(mode="json")
    params["days"] |= days
    return params


def drafted(company, params=None, policy=POLICY):
    values = {"policy_id": policy, "reason": "试行"}
    if params is not None:
        values["params"] = params
    return act.create_version(PolicyVersion, values, by=company.author)


def submitted(row, company, **values):
    """Simulate, as every rule with a simulator wants, and submit."""
    simulate_version(row.pk, by=company.author)
    return act.submit_version(row.pk, by=company.author, **values)


def told(version):
    rows = EventRow.objects.filter(name="rulebook.policy_took_effect", subject_id=version.pk)
    return rows.count()


@pytest.mark.requirement("SEG-029")
def test_whole_life_takes_effect_exactly_on_its_date_and_rolls_back(company, clock):
    first = drafted(company, cadence(vip=5))
    submitted(first, company, effective_on=dt.date(2026, 3, 6), reason="更勤")
    act.approve_version(first.pk, by=company.approver)
    assert in_force(POLICY)[0] is None
    assert told(first) == 0
    clock.move_to("2026-03-05T23:59:50+08:00")
    versions_take_effect(0)
    assert in_force(POLICY)[1].days["vip"] == 7
    assert told(first) == 0
    clock.move_to("2026-03-06T00:00:01+08:00")
    assert in_force(POLICY)[1].days["vip"] == 5
    versions_take_effect(0)
    versions_take_effect(0)
    assert told(first) == 1

    second = drafted(company, cadence(vip=3))
    submitted(second, company, effective_on=dt.date(2026, 3, 6), reason="再勤")
    act.approve_version(second.pk, by=company.approver)
    assert in_force(POLICY)[0].number == 2
    assert told(second) == 1
    assert read.state(PolicyVersion.unscoped.get(pk=first.pk), in_force(POLICY)[0]) == "superseded"

    back = act.copy_version(first.pk, by=company.author)
    assert back.number == 3
    assert back.params == first.params
    assert back.status == "draft"
    assert in_force(POLICY, dt.date(2026, 3, 5))[0] is None


@pytest.mark.requirement("SEG-029")
def test_nobody_who_wrote_on_a_version_may_approve_it(company, clock):
    row = drafted(company, cadence(vip=5))
    act.edit_version(PolicyVersion, row.pk, {"params": cadence(vip=6)}, by=company.approver)
    submitted(row, company)
    for one in (company.author, company.approver):
        with pytest.raises(Forbidden):
            act.approve_version(row.pk, by=one)
        with pytest.raises(Forbidden):
            act.reject_version(row.pk, by=one, note="不行")
    with pytest.raises(Forbidden):
        act.approve_version(row.pk, by=company.member)
    row.refresh_from_db()
    assert row.status == "submitted"


@pytest.mark.requirement("SEG-029")
def test_dates_reasons_and_states_are_held(company, clock):
    row = act.create_version(PolicyVersion, {"policy_id": POLICY}, by=company.author)
    with pytest.raises(Invalid) as refused:
        act.submit_version(row.pk, by=company.author, effective_on=dt.date(2026, 3, 3))
    assert set(refused.value.fields) == {"reason", "effective_on"}
    submitted(row, company, reason="试行")
    with pytest.raises(Conflict):
        act.edit_version(PolicyVersion, row.pk, {"params": cadence(vip=6)}, by=company.author)
    clock.move_to("2026-03-09T09:00:00+08:00")
    with pytest.raises(Invalid):
        act.approve_version(row.pk, by=company.approver)
    with pytest.raises(Invalid):
        act.reject_version(row.pk, by=company.approver, note=" ")
    act.reject_version(row.pk, by=company.approver, note="改期再报")
    with pytest.raises(Conflict):
        act.approve_version(row.pk, by=company.approver)


@pytest.mark.requirement("SEG-029")
def test_a_scheduled_version_can_be_withdrawn_before_its_day(company, clock):
    row = drafted(company, cadence(vip=5))
    submitted(row, company, effective_on=dt.date(2026, 4, 1))
    act.approve_version(row.pk, by=company.approver)
    act.withdraw_version(row.pk, by=company.approver, note="暂缓")
    assert in_force(POLICY, dt.date(2026, 4, 2))[0] is None


@pytest.mark.requirement("SEG-028")
def test_overlapping_and_open_bands_are_refused_at_their_cells(company):
    params = registry.policies[GRADE].default().model_dump(mode="json")
    params["tiers"][1]["upper"] = "1200000"
    params["tiers"][4]["lower"] = "1"
    with pytest.raises(Invalid) as refused:
        drafted(company, params, GRADE)
    assert {"params.tiers.1.upper", "params.tiers.4.lower"} <= set(refused.value.fields)
    assert not PolicyVersion.unscoped.filter(policy_id=GRADE).exists()


@pytest.mark.requirement("SEG-029")
def test_a_stale_edit_conflicts_and_names_both_values(company):
    row = drafted(company, cadence(vip=5))
    act.edit_version(
        PolicyVersion, row.pk, {"params": cadence(vip=6)}, by=company.approver, version=1
    )
    with pytest.raises(Conflict) as stale:
        act.edit_version(
            PolicyVersion, row.pk, {"params": cadence(vip=4)}, by=company.author, version=1
        )
    theirs, mine = stale.value.differences["params"]
    assert (theirs["days"]["vip"], mine["days"]["vip"]) == (6, 4)


@pytest.mark.requirement("SEG-028")
def test_differences_name_the_tier_and_the_field():
    policy = registry.policies[GRADE]
    before = policy.default().model_dump(mode="json")
    after = policy.default().model_dump(mode="json")
    after["tiers"][0]["minimum"] = {"loyalty": "70"}
    after["tiers"][3]["entitlement"]["contact_days"] = 45
    found = differences.params_changes(policy.Params, before, after)
    assert [(c.path, c.before, c.after) for c in found] == [
        ("tiers.0.minimum.loyalty", "—", "70"),
        ("tiers.3.entitlement.contact_days", "60", "45"),
    ]
    assert "铜卡" in found[1].label
    assert differences.params_changes(policy.Params, before, before) == []


def _checksum():
    """Return a fingerprint of every row of every table."""
    from django.db import connection

    text = "coalesce(string_agg(t::text, '|' ORDER BY t::text), '')"
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT md5({text}) FROM "{table}" t')
            found[table] = cursor.fetchone()
        return found


@pytest.mark.requirement("SEG-030")
def test_simulating_writes_nothing(company, customers):
    params = registry.policies[GRADE].default().model_dump(mode="json")
    before = _checksum()
    found = simulate(GRADE, params, by=company.author)
    assert sum(found.counts_then.values()) == len(customers)
    assert _checksum() == before


@pytest.mark.requirement("SEG-030")
def test_grading_must_be_simulated_as_it_stands_before_it_is_submitted(company, customers):
    params = registry.policies[GRADE].default().model_dump(mode="json")
    row = drafted(company, params, GRADE)
    with pytest.raises(Invalid) as refused:
        act.submit_version(row.pk, by=company.author)
    assert "simulation" in refused.value.fields
    simulate_version(row.pk, by=company.author)
    params["grace_days"] = 30
    act.edit_version(PolicyVersion, row.pk, {"params": params}, by=company.author)
    with pytest.raises(Invalid):
        act.submit_version(row.pk, by=company.author)
    simulate_version(row.pk, by=company.author)
    stored = PolicyVersion.unscoped.get(pk=row.pk).simulation
    assert not any("title" in mover for mover in stored["movers"])
    assert act.submit_version(row.pk, by=company.author).status == "submitted"
