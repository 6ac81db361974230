"""The yearly cleaning: worklist by owner, progress, sign-off by a second person, the alarm."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.test import Client

from tests.factories import BY_TEST, actor, make, make_user
from zhike.customers.models import Customer
from zhike.identity.models import Notice
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Conflict, Forbidden, PolicyRefused
from zhike.kernel.registry import registry
from zhike.quality import actions
from zhike.quality.models import Campaign, CampaignItem, Verification
from zhike.quality.policies import Cleaning, CleaningFacts

HERE = Path(__file__).parents[2] / "src/zhike/quality/policies/cases"
CASES = yaml.safe_load((HERE / "cleaning.yaml").read_text("utf-8"))
CHANGE = {("customers.customer", "view"): "own", ("customers.customer", "change"): "own",
          ("quality.campaign", "view"): "all"}  # fmt: skip


@pytest.mark.requirement("DAT-018")
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_decision(case):
    policy = registry.policies[Cleaning.id]
    outcome = policy.decide(CleaningFacts(**case["facts"]), policy.default()).outcome
    assert {name: outcome[name] for name in case["expect"]} == case["expect"]


@pytest.fixture
def running(clock):
    """A campaign over three customers of two owners, started by a supervisor."""
    ann, bob = make_user("ann", grants=CHANGE), make_user("bob", grants=CHANGE)
    boss = make_user("boss", grants={("*", "*"): "all"})
    rows = [make("customers.customer", owner=one) for one in (ann, ann, bob)]
    campaign = make("quality.campaign")
    actions.start_campaign(campaign, by=actor(boss))
    campaign.refresh_from_db()
    return campaign, rows, ann, bob, boss


@pytest.mark.django_db
@pytest.mark.requirement("DAT-017")
class TestCampaign:
    """From plan to sign-off."""

    def test_starting_gives_every_owner_his_list_and_one_todo(self, running):
        campaign, rows, ann, bob, _boss = running
        assert (campaign.status, campaign.total, campaign.done) == ("running", 3, 0)
        assert set(CampaignItem.unscoped.values_list("customer_id", flat=True)) == {
            r.pk for r in rows
        }
        todos = ToDo.unscoped.filter(policy_id=Cleaning.id, status="open")
        assert set(todos.values_list("owner_id", flat=True)) == {ann.pk, bob.pk}

    def test_only_what_one_may_change_is_ticked_off_and_the_last_one_closes_the_todo(self, running):
        campaign, rows, ann, bob, _boss = running
        ids = [row.pk for row in rows]
        assert actions.complete_items(campaign.pk, ids[:1], by=actor(ann)) == 1
        assert ToDo.unscoped.get(owner=ann, policy_id=Cleaning.id).status == "open"
        assert actions.complete_items(campaign.pk, ids, by=actor(ann)) == 1  # not bob's
        assert ToDo.unscoped.get(owner=ann, policy_id=Cleaning.id).status == "done"
        assert ToDo.unscoped.get(owner=bob, policy_id=Cleaning.id).status == "open"
        campaign.refresh_from_db()
        assert campaign.done == 2
        assert Verification.unscoped.filter(origin="campaign").count() == 2

    def test_sign_off_wants_a_finished_list_and_a_second_person(self, running):
        campaign, rows, ann, _bob, boss = running
        chief = make_user("chief", grants={("*", "*"): "all"})
        with pytest.raises(PolicyRefused):
            actions.sign_off_campaign(campaign, by=actor(chief))
        actions.complete_items(campaign.pk, [row.pk for row in rows], by=actor(boss))
        with pytest.raises(Forbidden):
            actions.sign_off_campaign(campaign, by=actor(boss))
        with pytest.raises(Forbidden):
            actions.sign_off_campaign(campaign, by=actor(ann))
        actions.sign_off_campaign(campaign, by=actor(chief))
        campaign.refresh_from_db()
        assert (campaign.status, campaign.signed_by_id) == ("signed", chief.pk)
        with pytest.raises(Conflict):
            actions.complete_items(campaign.pk, [rows[0].pk], by=actor(ann))

    def test_the_pages(self, running):
        campaign, rows, ann, _bob, _boss = running
        client = Client(HTTP_HOST="localhost")
        client.force_login(ann)
        page = client.get(f"/quality/campaigns/{campaign.pk}/?owner=me").content.decode()
        assert rows[0].name in page
        assert rows[2].name not in page
        answer = client.post(
            f"/quality/campaigns/{campaign.pk}/done/", {"id": [rows[0].pk, rows[2].pk]}
        )
        assert answer.status_code == 302
        assert CampaignItem.unscoped.filter(done_on__isnull=False).count() == 1
        assert client.get("/quality/campaigns/").status_code == 200
        assert client.get("/quality/campaigns/999999/").status_code == 404


@pytest.mark.django_db
@pytest.mark.requirement("DAT-018")
def test_the_alarm_comes_before_and_after_and_goes_with_the_signature(clock):
    from zhike.trust.actions import ensure_defaults

    ensure_defaults()
    from zhike.identity.models import Role

    chief = make_user("chief", roles=[Role.unscoped.get(code="crm_supervisor")])
    row = make("customers.customer")
    born = dt.datetime(2025, 3, 20, tzinfo=dt.UTC)
    Customer.unscoped.filter(pk=row.pk).update(created_at=born)
    assert actions.check_cleaning(dt.date(2026, 2, 1)) == "fine"
    assert actions.check_cleaning(dt.date(2026, 3, 1)) == "soon"
    assert actions.check_cleaning(dt.date(2026, 3, 2)) == "soon"
    assert Notice.unscoped.filter(user=chief).count() == 1
    assert actions.check_cleaning(dt.date(2026, 3, 21)) == "overdue"
    assert Notice.unscoped.filter(user=chief).count() == 2
    todo = ToDo.unscoped.get(source_key=Cleaning.id)
    assert (todo.owner_id, todo.status) == (chief.pk, "open")
    campaign = make("quality.campaign")
    actions.start_campaign(campaign, by=BY_TEST)
    actions.complete_items(campaign.pk, [row.pk], by=BY_TEST)
    actions.sign_off_campaign(campaign, by=actor(chief))
    todo.refresh_from_db()
    assert todo.status == "done"
    assert actions.check_cleaning(dt.date(2026, 3, 21)) == "fine"
    assert Campaign.unscoped.get().signed_by_id == chief.pk
