"""What contacts led to: the statement counts what the rule says, and keeping plans."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import make, next_working_morning
from tests.interactions.people import actor, customer, save, user
from zhike.interactions.actions import count_effect, log_interaction, plan_contact
from zhike.interactions.models import ContactEffect, ContactPlan, Interaction
from zhike.interactions.queries import effect_page
from zhike.kernel.models import EventRow

pytestmark = pytest.mark.django_db
MARCH = dt.date(2026, 3, 1)


def at(day, hour=10):
    return timezone.make_aware(dt.datetime.combine(dt.date(2026, 3, day), dt.time(hour)))


def talk(company, owner, day, direction="out", channel="call", **more):
    return save(
        Interaction(
            customer=company, owner=owner, channel=channel, direction=direction, summary="x",
            occurred_at=more.pop("occurred_at", None) or at(day), no_next_step=True, **more,
        )
    )  # fmt: skip


@pytest.mark.requirement("COM-012")
class TestEffect:
    def test_counts_by_person_and_channel(self, django_assert_max_num_queries):
        me, other = user(), user("韩牧野")
        quick, slow, silent = (customer(me) for _n in range(3))
        talk(quick, me, 2, sentiment="good")
        talk(quick, me, 4, "in")
        talk(quick, me, 4, occurred_at=at(4, 13))
        talk(slow, me, 2, channel="mail", sentiment="bad")
        talk(slow, me, 11, "in", channel="mail")
        talk(silent, other, 3, channel="visit", sentiment="good")
        talk(silent, other, 3, channel="note")
        make("sales.order", customer=silent, ordered_on=dt.date(2026, 4, 2))
        make("sales.order", customer=quick, ordered_on=dt.date(2026, 3, 1))
        EventRow.objects.create(
            name="customers.lifecycle_changed", subject="customers.customer",
            subject_id=silent.pk, payload={"old": "prospect", "new": "customer"},
            occurred_at=at(20),
        )  # fmt: skip
        count_effect([MARCH])
        count_effect([MARCH])
        rows = {(r.owner_id, r.channel): r for r in ContactEffect.unscoped.all()}
        assert set(rows) == {(me.pk, "call"), (me.pk, "mail"), (other.pk, "visit")}
        call, mail, visit = rows[me.pk, "call"], rows[me.pk, "mail"], rows[other.pk, "visit"]
        assert (call.contacts, call.replied, call.incoming, call.answered) == (2, 1, 1, 1)
        assert call.answer_minutes == 180
        assert (call.ordered, call.good) == (0, 1)
        assert (mail.contacts, mail.replied, mail.answered, mail.bad) == (1, 0, 0, 1)
        assert (visit.contacts, visit.progressed, visit.ordered) == (1, 1, 1)
        by = actor(me, everything=True)
        with django_assert_max_num_queries(3):
            page = effect_page(by, MARCH)
        assert page.total.contacts == 4
        assert page.total.reply_rate == 0.25
        assert page.total.good_rate == pytest.approx(2 / 3)
        assert {line.title: line.contacts for line in page.people}["韩牧野"] == 1
        assert page.people[0].answer_hours == 3
        assert len(page.months) == 6

    def test_a_person_sees_own_figures_only(self):
        me, other = user(), user("韩牧野")
        talk(customer(me), me, 2)
        talk(customer(other), other, 2)
        count_effect([MARCH])
        assert [line.key for line in effect_page(actor(me), MARCH).people] == [str(me.pk)]

    def test_going_back_or_being_lost_is_no_progress(self):
        me = user()
        company = customer(me)
        talk(company, me, 2)
        for new in ("lost", "interested"):
            EventRow.objects.create(
                name="customers.lifecycle_changed", subject="customers.customer",
                subject_id=company.pk, payload={"old": "customer", "new": new}, occurred_at=at(9),
            )  # fmt: skip
        count_effect([MARCH])
        assert ContactEffect.unscoped.get().progressed == 0


@pytest.mark.requirement("COM-014")
class TestPlans:
    def test_logging_keeps_the_plan(self):
        me = user()
        by, company = actor(me), customer(me)
        plan = plan_contact(
            company, by=by, planned_at=next_working_morning(), topic="季度回访", channel="call"
        )
        log_interaction(company, by=by, summary="邮件", channel="mail", no_next_step=True)
        plan.refresh_from_db()
        assert plan.status == "open"
        ContactPlan.unscoped.filter(pk=plan.pk).update(planned_at=timezone.now())
        row = log_interaction(company, by=by, summary="打了", channel="call", no_next_step=True)
        plan.refresh_from_db()
        assert (plan.status, plan.interaction_id, row.fulfilled) == ("done", row.pk, 1)

    def test_the_rate_leaves_out_the_cancelled_and_the_coming(self):
        me = user()
        company = customer(me)
        for day, status in ((2, "done"), (3, "open"), (4, "open"), (5, "cancelled")):
            save(
                ContactPlan(
                    customer=company, owner=me, channel="event", planned_at=at(day), topic="答谢会",
                    status=status,
                )
            )  # fmt: skip
        count_effect([MARCH])
        line = effect_page(actor(me), MARCH).people[0]
        assert (line.planned, line.planned_done) == (3, 1)
        assert line.plan_rate == pytest.approx(1 / 3)
        future = timezone.localdate() + dt.timedelta(days=40)
        save(
            ContactPlan(
                customer=company, owner=me, channel="call", topic="x",
                planned_at=timezone.now() + dt.timedelta(days=40),
            )
        )  # fmt: skip
        assert count_effect([future.replace(day=1)]) == 0
