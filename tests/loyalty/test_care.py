"""Care: the right person on the right day, once, and nobody who did not agree (LOY-011…013)."""

import datetime as dt

import pytest

from tests.factories import BY_TEST, actor, make
from zhike.customers.models import Customer, Person
from zhike.interactions.actions import complete_todo
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.loyalty.actions import complete_care, create_consent, follow_todo, plan_care, skip_care
from zhike.loyalty.models import CareItem, Consent
from zhike.loyalty.queries.occasions import coming_for, of_customer


def born(world, *, solar=None, lunar=None, person=None):
    person = person or world.person
    Person.unscoped.filter(pk=person.pk).update(birthday=solar, lunar_birthday=lunar)


def planned(day):
    plan_care(day, by=BY_TEST)
    return CareItem.unscoped.filter(status="planned")


@pytest.mark.requirement("LOY-011", "LOY-012")
def test_a_birthday_becomes_a_to_do_the_day_before_and_only_once(world, agreed):
    born(world, solar=dt.date(1980, 3, 12))
    assert not planned(dt.date(2026, 3, 10))
    item = planned(dt.date(2026, 3, 11)).get()
    plan_care(dt.date(2026, 3, 11), by=BY_TEST)
    todo = ToDo.unscoped.get(source_key=f"loyalty.care:{item.pk}")
    assert (item.occurs_on, item.owner, todo.owner) == (dt.date(2026, 3, 12), world.ann, world.ann)
    assert "周叙白" in item.message
    assert item.channel == "wecom"
    assert todo.policy_id == "loyalty.care_rule"
    complete_care(item.pk, by=world.by_ann, result="已发微信")
    plan_care(dt.date(2026, 3, 12), by=BY_TEST)
    todo.refresh_from_db()
    assert todo.status == "done"
    assert CareItem.unscoped.count() == 1, "what is done does not come again"


@pytest.mark.requirement("LOY-012")
@pytest.mark.parametrize(
    ("lunar", "today", "day"),
    [
        ("L02r-15", "2026-04-01", "2026-04-02"),  # no leap month in 2026: the ordinary second
        ("L12-30", "2025-01-27", "2025-01-28"),  # the twelfth month has 29 days
        ("L06r-03", "2025-07-26", "2025-07-27"),  # the leap sixth month is there
    ],
)
def test_lunar_birthdays_fall_on_the_right_day(world, agreed, lunar, today, day):
    born(world, solar=dt.date(1979, 11, 11), lunar=lunar)
    assert planned(dt.date.fromisoformat(today)).get().occurs_on.isoformat() == day


@pytest.mark.requirement("LOY-012")
def test_the_rule_decides_on_29_february_and_on_which_birthday(world, agreed, rule):
    born(world, solar=dt.date(1980, 2, 29), lunar="L05-05")
    assert not planned(dt.date(2025, 2, 27)), "the lunar one counts by default"
    rule("loyalty.care_rule", birthday_calendar="solar", leap_day="after")
    assert not planned(dt.date(2025, 2, 27))
    assert planned(dt.date(2025, 2, 28)).get().occurs_on == dt.date(2025, 3, 1)


@pytest.mark.requirement("LOY-013")
def test_without_consent_or_after_withdrawal_nobody_is_greeted(world):
    born(world, solar=dt.date(1980, 3, 11))
    assert not planned(world.today)
    (one,) = coming_for(world.by_ann, world.today, 5)
    assert one.outcome == "leave"
    assert any("同意" in text for text in one.against)
    values = {"person": world.person.pk, "decided_on": "2026-03-01", "source": "面谈"}
    create_consent(Consent, {**values, "state": "given"}, by=world.by_ann)
    item = planned(world.today).get()
    create_consent(
        Consent, {**values, "state": "withdrawn", "decided_on": "2026-03-10"}, by=world.by_ann
    )
    item.refresh_from_db()
    assert item.status == "skipped"
    assert ToDo.unscoped.get(source_key=f"loyalty.care:{item.pk}").status == "dropped"
    assert of_customer(world.customer.pk, world.today)[0].facts.consent == "withdrawn"


@pytest.mark.requirement("LOY-013")
def test_consent_counts_by_channel_and_the_latest_entry_wins(world, rule):
    born(world, solar=dt.date(1980, 3, 11))
    make("loyalty.consent", person=world.person, channel="mail", decided_on=dt.date(2025, 1, 1))
    assert not planned(world.today), "agreed to mail, not to WeCom"
    make("loyalty.consent", person=world.person, purpose="marketing")
    assert not planned(world.today), "agreed to another purpose"
    make("loyalty.consent", person=world.person, channel="any", decided_on=dt.date(2025, 2, 1))
    make("loyalty.consent", person=world.person, channel="wecom", state="withdrawn",
         decided_on=dt.date(2025, 3, 1))  # fmt: skip
    assert not planned(world.today), "later withdrawn for this channel"
    make("loyalty.consent", person=world.person, channel="wecom", decided_on=dt.date(2025, 4, 1))
    assert planned(world.today).count() == 1


@pytest.mark.requirement("LOY-013")
def test_a_consent_is_added_never_changed_and_not_of_the_future(world):
    from zhike.kernel.registry import registry

    resource = registry.resource("loyalty.consent")
    assert resource.edit is None
    assert resource.archive is None
    values = {"person": world.person.pk, "decided_on": "2026-03-11", "source": "面谈"}
    with pytest.raises(Invalid):
        create_consent(Consent, values, by=world.by_ann)
    assert not Consent.unscoped.exists()


@pytest.mark.requirement("LOY-011", "LOY-013")
def test_festivals_go_to_the_contact_of_the_grades_named(world, agreed, rule):
    silver = make("customers.customer", owner=world.ann, grade="silver")
    someone = make("customers.person", customer=silver)
    Customer.unscoped.filter(pk=silver.pk).update(primary_contact=someone)
    make("loyalty.consent", person=someone)
    item = planned(dt.date(2026, 9, 23)).get()  # mid-autumn on the 25th, two days before
    assert (item.person, item.occasion) == (world.person, "中秋节")
    assert "中秋节" in item.message


@pytest.mark.requirement("LOY-013")
def test_company_anniversaries_and_dates_of_their_own(world, agreed):
    Customer.unscoped.filter(pk=world.customer.pk).update(since=dt.date(2016, 3, 12))
    make("loyalty.importantdate", customer=world.customer, kind="founding", title="成立纪念日",
         solar_on=dt.date(2001, 3, 30))  # fmt: skip
    make("loyalty.importantdate", customer=world.customer, person=world.person, kind="family",
         title="女儿中考", solar_on=dt.date(2026, 4, 20), yearly=False)  # fmt: skip
    found = coming_for(world.by_ann, world.today, 60)
    assert [one.name for one in found] == ["合作 10 周年", "成立纪念日", "女儿中考"]
    assert "10 年" in found[0].message
    assert not list(coming_for(world.by_ann, dt.date(2027, 4, 15), 10)), "only once"


@pytest.mark.requirement("LOY-013")
def test_no_more_than_the_rule_allows(world, agreed, rule):
    born(world, solar=dt.date(1980, 3, 12))
    Customer.unscoped.filter(pk=world.customer.pk).update(since=dt.date(2016, 3, 14))
    first, second = coming_for(world.by_ann, world.today, 30)
    assert (first.outcome, second.outcome) == ("care", "leave")
    assert second.facts.gap == 2
    rule("loyalty.care_rule", gap_days=0, per_year=1)
    assert [one.outcome for one in coming_for(world.by_ann, world.today, 30)] == ["care", "leave"]
    rule("loyalty.care_rule", gap_days=0, ceiling=1)
    spoken = {"customer": world.customer, "owner": world.ann, "direction": "out"}
    make("interactions.interaction", channel="note", **spoken)  # an internal note is no contact
    assert [one.outcome for one in coming_for(world.by_ann, world.today, 30)] == ["care"] * 2
    make("interactions.interaction", **spoken)
    assert [one.outcome for one in coming_for(world.by_ann, world.today, 30)] == ["leave"] * 2


def test_a_tick_in_the_to_dos_is_a_care_given(world, agreed):
    born(world, solar=dt.date(1980, 3, 11))
    item = planned(world.today).get()
    todo = ToDo.unscoped.get(source_key=f"loyalty.care:{item.pk}")
    complete_todo(todo.pk, by=world.by_ann, result="当面祝贺")
    for _twice in range(2):
        follow_todo(todo.pk, by=BY_TEST)
    item.refresh_from_db()
    assert (item.status, item.result, item.version) == ("done", "当面祝贺", 2)


def test_what_is_skipped_stays_away_with_its_reason(world, agreed):
    born(world, solar=dt.date(1980, 3, 11))
    item = planned(world.today).get()
    skip_care(item.pk, by=world.by_ann, reason="客户在休假")
    assert not planned(world.today)
    with pytest.raises(Conflict):
        complete_care(item.pk, by=world.by_ann)
    with pytest.raises(NotFound):
        skip_care(item.pk, by=world.by_bob, reason="不是我的客户")


def test_readers_see_their_own_customers_only(world, agreed):
    born(world, solar=dt.date(1980, 3, 11))
    assert len(coming_for(world.by_ann, world.today, 5)) == 1
    assert len(coming_for(world.by_boss, world.today, 5)) == 1
    assert coming_for(world.by_bob, world.today, 5) == []
    nobody = actor(make("identity.user"))
    with pytest.raises(Forbidden):
        create_consent(Consent, {"person": world.person.pk}, by=nobody)
