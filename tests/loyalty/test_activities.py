"""Activities: budget, invitations, attendance, feedback, leads, cost (LOY-015)."""

import pytest

from tests.factories import make
from zhike.interactions.models import ToDo
from zhike.kernel.actions import create_record
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.loyalty import actions
from zhike.loyalty.models import Activity, Invitee

pytestmark = pytest.mark.requirement("LOY-015")


@pytest.fixture
def plan(world):
    def planned(budget=3000, **changes):
        values = {
            "title": "水性涂料沙龙", "kind": "salon", "starts_on": "2026-03-10",
            "ends_on": "2026-03-10", "budget": budget, **changes,
        }  # fmt: skip
        return create_record(Activity, values, by=world.by_ann)

    return planned


def invite(world, activity, person=None):
    values = {"activity": activity.pk, "person": (person or world.person).pk}
    return actions.create_invitee(Invitee, values, by=world.by_ann)


def test_a_larger_budget_is_agreed_by_another_person(world, plan):
    assert actions.submit_activity(plan(5000).pk, by=world.by_ann).status == "approved"
    activity = actions.submit_activity(plan("5000.01").pk, by=world.by_ann)
    assert activity.status == "requested"
    with pytest.raises(Conflict):
        invite(world, activity)
    with pytest.raises(Forbidden):
        actions.approve_activity(activity.pk, by=world.by_ann)
    actions.reject_activity(activity.pk, by=world.by_boss, note="场地费偏高")
    activity.refresh_from_db()
    assert (activity.status, activity.decision_note) == ("draft", "场地费偏高")
    actions.submit_activity(activity.pk, by=world.by_ann)
    actions.approve_activity(activity.pk, by=world.by_boss)
    invite(world, activity)
    actions.edit_activity(Activity, activity.pk, {"budget": 9000}, by=world.by_ann)
    activity.refresh_from_db()
    assert activity.status == "draft", "another budget is submitted anew"


def test_from_invitation_to_lead_and_closing(world, plan):
    activity = actions.submit_activity(plan().pk, by=world.by_ann)
    guest = invite(world, activity)
    absent = invite(world, activity, make("customers.person", customer=world.customer))
    with pytest.raises(Invalid):
        invite(world, activity)
    actions.answer_invitation(guest.pk, by=world.by_ann, accepted=True)
    actions.hold_activity(activity.pk, by=world.by_ann)
    with pytest.raises(Invalid):
        actions.record_attendance(guest.pk, by=world.by_ann, attended=True, score=6)
    with pytest.raises(Invalid):
        actions.record_attendance(absent.pk, by=world.by_ann, attended=False, score=3)
    for _twice in range(2):
        actions.record_attendance(
            guest.pk, by=world.by_ann, attended=True, score=5, feedback="案例很实用",
            lead="想试用低气味型号",
        )  # fmt: skip
    with pytest.raises(Invalid):
        actions.close_activity(activity.pk, by=world.by_ann, cost=2600, summary="到场 1 人")
    actions.record_attendance(absent.pk, by=world.by_ann, attended=False)
    closed = actions.close_activity(activity.pk, by=world.by_ann, cost=2600, summary="到场 1 人")
    assert (closed.status, closed.cost) == ("closed", 2600)
    todo = ToDo.unscoped.get(source_key=f"loyalty.lead:{guest.pk}")
    assert (todo.owner, todo.customer) == (world.ann, world.customer)
    assert "低气味" in todo.title


def test_nothing_is_held_before_its_day_or_ends_before_it_begins(world, plan):
    activity = actions.submit_activity(
        plan(starts_on="2026-03-11", ends_on="2026-03-12").pk, by=world.by_ann
    )
    with pytest.raises(Invalid):
        actions.hold_activity(activity.pk, by=world.by_ann)
    with pytest.raises(Invalid):
        plan(starts_on="2026-03-12", ends_on="2026-03-11")
    with pytest.raises(Invalid):
        plan(-1)
    assert (
        actions.cancel_activity(activity.pk, by=world.by_ann, reason="改期").status == "cancelled"
    )


def test_nobody_invites_people_whom_he_may_not_see(world, plan):
    activity = actions.submit_activity(plan().pk, by=world.by_ann)
    with pytest.raises(Invalid):
        invite(world, activity, make("customers.person", owner=world.bob))
