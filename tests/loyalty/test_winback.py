"""Winning lost customers back, and what they order afterwards (LOY-021)."""

import datetime as dt

import pytest

from tests.factories import BY_TEST, make
from zhike.customers.models import Customer
from zhike.interactions.actions import complete_todo
from zhike.interactions.models import ToDo
from zhike.kernel.actions import create_record
from zhike.kernel.errors import Conflict, Invalid
from zhike.loyalty import actions
from zhike.loyalty.models import WinBackCase, WinBackProgramme

pytestmark = pytest.mark.requirement("LOY-021")
WORDS = {"cause": "price", "analysis": "同行低价 6%", "offer": "阶梯价加免费试样"}


@pytest.fixture
def programme(world):
    values = {"title": "春季挽回", "starts_on": "2026-03-10", "ends_on": "2026-06-30"}
    return create_record(WinBackProgramme, values, by=world.by_ann)


def listed(programme, world):
    actions.list_lost(programme.pk, by=world.by_ann)
    return WinBackCase.unscoped.filter(programme=programme)


def test_the_lost_are_listed_by_stage_or_silence_once(world, programme):
    lost = make("customers.customer", owner=world.ann, lifecycle="lost")
    quiet = make("customers.customer", owner=world.ann)
    fresh = make("customers.customer", owner=world.ann)
    make("customers.customer", owner=world.bob, lifecycle="lost")
    for one, day in ((quiet, dt.date(2025, 3, 10)), (fresh, dt.date(2025, 3, 11))):
        Customer.unscoped.filter(pk=one.pk).update(last_order_on=day)
    found = listed(programme, world)
    assert {one.customer for one in found} == {lost, quiet}
    assert listed(programme, world).count() == 2
    other = make("loyalty.winbackprogramme", owner=world.ann)
    actions.list_lost(other.pk, by=world.by_ann)
    assert not other.cases.exists(), "nobody is in two open programmes"


def test_plan_contacts_result_and_orders_after_the_start(world, programme):
    Customer.unscoped.filter(pk=world.customer.pk).update(lifecycle="lost")
    case = listed(programme, world).get()
    make("sales.order", customer=world.customer, ordered_on=dt.date(2026, 3, 9), amount=999)
    actions.plan_win_back(case.pk, by=world.by_ann, **WORDS)
    with pytest.raises(Conflict):
        actions.plan_win_back(case.pk, by=world.by_ann, **WORDS)
    todos = ToDo.unscoped.filter(source_key__startswith="loyalty.contact:").order_by("due_at")
    assert [(one.due_at.date() - world.today).days for one in todos] == [1, 7, 21]
    complete_todo(todos[0].pk, by=world.by_ann)
    for _twice in range(2):
        actions.follow_todo(todos[0].pk, by=BY_TEST)
    make("sales.order", customer=world.customer, ordered_on=dt.date(2026, 3, 20), amount=500)
    make("sales.order", customer=world.customer, ordered_on=dt.date(2026, 3, 25), amount=700)
    make("sales.order", customer=world.customer, ordered_on=dt.date(2026, 3, 26), amount=1,
         status="cancelled")  # fmt: skip
    assert actions.track_reorders(dt.date(2026, 4, 1), by=BY_TEST) == 1
    assert actions.track_reorders(dt.date(2026, 4, 1), by=BY_TEST) == 0
    with pytest.raises(Invalid):
        actions.close_programme(programme.pk, by=world.by_ann)
    actions.close_win_back(case.pk, by=world.by_ann, won=True, result="恢复月度采购", cost=800)
    case.refresh_from_db()
    assert (case.reorders, case.reorder_amount, case.reorder_on) == (2, 1200, dt.date(2026, 3, 20))
    assert (case.status, case.cost, case.contacts_made) == ("won", 800, 1)
    assert not ToDo.unscoped.filter(
        source_key__startswith="loyalty.contact:", status="open"
    ).exists()
    assert actions.close_programme(programme.pk, by=world.by_ann).status == "closed"


def test_nothing_is_planned_in_a_closed_programme_and_no_cost_is_negative(world, programme):
    Customer.unscoped.filter(pk=world.customer.pk).update(lifecycle="lost")
    case = listed(programme, world).get()
    actions.plan_win_back(case.pk, by=world.by_ann, **WORDS)
    with pytest.raises(Invalid):
        actions.close_win_back(case.pk, by=world.by_ann, won=False, result="x", cost=-1)
    WinBackProgramme.unscoped.filter(pk=programme.pk).update(status="closed")
    other = make("loyalty.winbackcase", programme=programme, owner=world.ann)
    with pytest.raises(Conflict):
        actions.plan_win_back(other.pk, by=world.by_ann, **WORDS)
