"""The lifecycle model's figures: acquisition by source, partnership, win-back, dwell, value."""

import datetime as dt

import pytest

from tests.factories import BY_TEST, make
from tests.segments.conftest import TODAY, bought, customer, spoke
from zhike.customers.actions import put_tags
from zhike.segments.actions import run_schemes
from zhike.segments.queries import lifecycle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.mark.requirement("SEG-037", "SEG-039", "SEG-040", "SEG-041")
def test_stages_are_counted_timed_and_valued():
    fresh = customer("新", since=ago(200), source="展会")
    customer("等", since=ago(200), source="展会")
    lost = customer("失", since=ago(900))
    bought(lost, 100, 500)
    still = customer("未归", since=ago(900))
    bought(still, 100, 700)
    partner = customer("伴", since=ago(1500))
    for back in range(6):
        bought(partner, 10_000, 20 + back)
    for _n in range(2):
        make("customers.teammember", customer=partner, user=make("identity.user"),
             valid_from=ago(300))  # fmt: skip
    run_schemes(ago(60), BY_TEST)
    spoke(fresh, 30)
    bought(fresh, 5_000, 20)
    bought(lost, 100, 12)
    run_schemes(ago(10), BY_TEST)
    bought(lost, 100, 2)
    put_tags([still.pk], "原因：价格", by=BY_TEST, source="manual", dimension="churn_cause")
    run_schemes(TODAY, BY_TEST)

    model = lifecycle.model()
    assert (model.on, model.start) == (TODAY, ago(60))
    found = {one.code: one for one in model.stages}
    assert {code: one.members for code, one in found.items()} == {
        "identify": 1, "develop": 2, "mature": 1, "churn": 1,
    }  # fmt: skip
    assert (found["identify"].before, found["identify"].left, found["identify"].dwelt) == (3, 2, 50)
    assert (found["mature"].spend, found["mature"].partners) == (60_000, 1)
    rates = {(f.before, f.after): (f.customers, f.rate) for f in model.flows}
    assert rates["churn", "develop"] == (1, 50)
    assert lifecycle.trend("mature", "partners")[-1] == 1

    (source,) = [one for one in lifecycle.acquisition(model.start, TODAY, BY_TEST)
                 if one.name == "展会"]  # fmt: skip
    assert (source.known, source.converted, source.rate) == (2, 1, 50)
    assert (source.days, source.contacts) == (50, 1)
    won = lifecycle.won_back(model.start, TODAY, BY_TEST)
    assert (won.lost, won.returned, won.bought_again, won.rate) == (2, 1, 1, 50)
    assert lifecycle.churn_causes(BY_TEST) == [("原因：价格", 1)]
