"""What people outside may do: the two public pages, their abuse, and the approval of what they sent."""

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories import BY_TEST, actor, make, make_user
from zhike.customers.actions import edit_customer
from zhike.customers.models import Customer, Person
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.registry import registry
from zhike.quality import actions, queries
from zhike.quality.models import Submission, UpdateLink, UpdateRequest, Verification
from zhike.quality.policies import OutsideParams, OutsideRules
from zhike.quality.policies.outside import OutsideFacts
from zhike.web.middleware import OPEN_PATHS, PUBLIC_PATHS
from zhike.web.urls import urlpatterns

HERE = Path(__file__).parents[2] / "src/zhike/quality/policies/cases"
CASES = yaml.safe_load((HERE / "outside.yaml").read_text("utf-8"))
FILLED = {"company": "湖州清越新材料有限公司", "contact": "沈清越", "mobile": "13911112222",
          "message": "想要 5 kg 样品", "consent": "1"}  # fmt: skip
STAMP = re.compile(r'name="stamp" value="([^"]+)"')


@pytest.mark.requirement("DAT-005")
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_decision(case):
    decision = registry.policies[OutsideRules.id].decide(
        OutsideFacts(**case["facts"]), OutsideParams()
    )
    assert decision.outcome == case["expect"]


def test_the_pages_without_sign_in_are_exactly_these():
    assert PUBLIC_PATHS == ("/u/", "/f/", "/b/")
    open_paths = OPEN_PATHS + PUBLIC_PATHS
    routes = [f"/{one.pattern}" for one in urlpatterns]
    public = {route for route in routes if route.startswith(PUBLIC_PATHS)}
    assert public == {"/u/<str:token>/", "/f/<slug:slug>/", "/b/<str:token>/"}
    assert "/quality/" not in open_paths


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


@pytest.fixture
def owner(db):
    return make_user("owner", grants={("*", "*"): "own"})


@pytest.fixture
def contact(owner):
    customer = make("customers.customer", owner=owner, address="旧址 1 号", phone="0571-88001234")
    return make(
        "customers.person", customer=customer, owner=owner, mobile="13800005678", title="采购"
    )


@pytest.fixture
def token(contact, owner):
    return actions.create_link(contact.pk, by=actor(owner))[1]


@pytest.fixture
def outside():
    return Client(HTTP_HOST="localhost")


@pytest.mark.django_db
@pytest.mark.requirement("DAT-029")
class TestSelfService:
    """A contact corrects his own data by a link."""

    def test_the_whole_way(self, outside, token, contact, owner):
        first = outside.get(f"/u/{token}/").content.decode()
        assert contact.customer.name not in first
        second = outside.post(f"/u/{token}/", {"digits": "5678"}).content.decode()
        assert contact.customer.name in second
        assert "13800005678" not in second
        assert "0571-88001234" not in second
        done = outside.post(f"/u/{token}/", {
            "step": "save", "digits": "5678", "customer.address": "新址 8 号", "person.title": "采购",
            "customer.name": "不许改", "customer.credit_code": "x", "person.name": "不许改"})  # fmt: skip
        assert done.status_code == 200
        made = UpdateRequest.unscoped.get()
        assert made.changes == [{"part": "customer", "field": "address", "before": "旧址 1 号",
                                 "after": "新址 8 号"}]  # fmt: skip
        contact.customer.refresh_from_db()
        assert contact.customer.address == "旧址 1 号"  # nothing changes before a person approves
        todo = ToDo.unscoped.get(owner=owner)
        assert todo.status == "open"
        actions.approve_update(made, by=actor(owner))
        contact.customer.refresh_from_db()
        assert contact.customer.address == "新址 8 号"
        origins = {one.field: one for one in queries.provenance(contact.customer, actor(owner))}
        assert origins["address"].source == "客户反馈渠道"
        todo.refresh_from_db()
        assert todo.status == "done"
        assert Verification.unscoped.filter(customer=contact.customer, origin="self").exists()

    def test_a_link_works_once(self, outside, token, contact):
        outside.post(f"/u/{token}/", {"step": "save", "digits": "5678"})
        assert Verification.unscoped.filter(customer=contact.customer, origin="self").exists()
        assert outside.get(f"/u/{token}/").status_code == 404
        assert outside.post(f"/u/{token}/", {"digits": "5678"}).status_code == 404

    def test_a_link_expires(self, outside, token, clock):
        UpdateLink.unscoped.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
        assert outside.get(f"/u/{token}/").status_code == 404

    def test_wrong_digits_kill_the_link_and_tell_nothing(self, outside, token, contact):
        for _try in range(5):
            answer = outside.post(f"/u/{token}/", {"digits": "0000"})
            assert answer.status_code in {422, 404}
            assert contact.customer.name not in answer.content.decode()
        assert outside.post(f"/u/{token}/", {"digits": "5678"}).status_code == 404
        assert UpdateLink.unscoped.get().attempts == 5

    def test_without_the_digits_nothing_is_saved(self, outside, token):
        values = {"step": "save", "digits": "1111", "customer.address": "新址"}
        assert outside.post(f"/u/{token}/", values).status_code == 422
        assert not UpdateRequest.unscoped.exists()

    @pytest.mark.parametrize("bad", ["x", "0" * 300, "..%2f", "\u4e2d"])
    def test_unknown_tokens_all_look_the_same(self, outside, db, bad):
        assert outside.get(f"/u/{bad}/").status_code == 404

    def test_bad_values_are_named_and_the_link_stays(self, outside, token):
        values = {"step": "save", "digits": "5678", "customer.email": "不是邮箱"}
        assert outside.post(f"/u/{token}/", values).status_code == 422
        assert UpdateLink.unscoped.get().used_at is None
        assert not UpdateRequest.unscoped.exists()

    def test_the_token_is_kept_nowhere(self, token):
        row = UpdateLink.unscoped.get()
        assert token not in str(row.__dict__)
        assert not hasattr(UpdateLink.pgh_event_model, "digest")

    def test_a_forged_post_is_refused(self, token):
        strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
        assert strict.post(f"/u/{token}/", {"digits": "5678"}).status_code == 403

    def test_who_may_not_change_the_customer_makes_no_link_and_approves_nothing(
        self, contact, token
    ):
        other = make_user("other", grants={("*", "*"): "own"})
        with pytest.raises(NotFound):
            actions.create_link(contact.pk, by=actor(other))
        actions.submit_update(token, "5678", {"customer.address": "新址"})
        with pytest.raises(NotFound):
            actions.approve_update(UpdateRequest.unscoped.get(), by=actor(other))
        with pytest.raises(Forbidden):
            actions.create_link(contact.pk, by=actor(make_user("nobody")))

    def test_a_value_changed_meanwhile_is_not_overwritten(self, contact, token, owner):
        made = actions.submit_update(token, "5678", {"customer.address": "新址"})
        edit_customer(Customer, contact.customer, {"address": "第三处"}, by=BY_TEST)
        with pytest.raises(Conflict):
            actions.approve_update(made, by=actor(owner))
        actions.reject_update(made, by=actor(owner), reason="已电话核对")
        made.refresh_from_db()
        assert (made.status, made.decision_note) == ("rejected", "已电话核对")
        with pytest.raises(Conflict):
            actions.approve_update(made, by=actor(owner))

    def test_a_contact_without_a_mobile_number_gets_no_link(self, owner):
        customer = make("customers.customer", owner=owner)
        person = make("customers.person", customer=customer, owner=owner, mobile=None)
        with pytest.raises(Invalid):
            actions.create_link(person.pk, by=actor(owner))

    def test_the_pages_of_the_owner(self, contact, token, owner):
        inside = Client(HTTP_HOST="localhost")
        inside.force_login(owner)
        answer = inside.post(f"/quality/links/{contact.pk}/")
        assert "/u/" in answer.content.decode()
        made = actions.submit_update(token, "5678", {"customer.address": "新址 8 号"})
        assert contact.customer.name in inside.get("/quality/inbox/").content.decode()
        page = inside.get(f"/quality/requests/{made.pk}/").content.decode()
        assert "旧址 1 号" in page
        assert "新址 8 号" in page
        assert inside.post(f"/quality/requests/{made.pk}/", {"step": "approve"}).status_code == 302
        made.refresh_from_db()
        assert made.status == "accepted"


def stamp_of(client, form) -> str:
    return STAMP.search(client.get(f"/f/{form.slug}/").content.decode())[1]


@pytest.mark.django_db
@pytest.mark.requirement("DAT-005")
class TestForm:
    """Somebody fills in a public form."""

    @pytest.fixture
    def form(self, owner):
        return make("quality.webform", owner=owner, source="官网")

    def test_an_entry_is_kept_with_the_consent_as_read_and_accepted(self, outside, form, clock):
        stamp = stamp_of(outside, form)
        clock.shift(30)
        answer = outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": stamp})
        assert answer.status_code == 200
        made = Submission.unscoped.get()
        assert (made.consent_version, made.consent_text) == (
            form.consent_version,
            form.consent_text,
        )
        assert made.consented_at == timezone.now()
        assert not Customer.unscoped.exists()  # not before a person accepts it
        todo = ToDo.unscoped.get()
        boss = make_user("boss", grants={("*", "*"): "all"})
        actions.accept_submission(made, by=actor(boss))
        made.refresh_from_db()
        customer = Customer.unscoped.get()
        assert made.customer_id == customer.pk
        assert (customer.name, customer.source) == (FILLED["company"], "官网")
        assert Person.unscoped.get(customer=customer).mobile == "13911112222"
        origins = {one.field: one.source for one in queries.provenance(customer, BY_TEST)}
        assert origins["name"] == "在线表单"
        todo.refresh_from_db()
        assert todo.status == "done"

    def test_it_is_compared_with_what_is_there(self, outside, form, clock):
        same = make("customers.customer", name="湖州清越新材料有限公司")
        known = make("customers.person", mobile="13911112222").customer
        made = actions.submit_form(form.slug, FILLED, consented=True)
        assert {one["id"]: one["why"] for one in made.alike} == {same.pk: "name", known.pk: "phone"}
        boss = make_user("boss", grants={("*", "*"): "all"})
        inside = Client(HTTP_HOST="localhost")
        inside.force_login(boss)
        assert same.name in inside.get(f"/quality/submissions/{made.pk}/").content.decode()
        inside.post(f"/quality/submissions/{made.pk}/", {"step": "accept", "customer": same.pk})
        made.refresh_from_db()
        assert made.customer_id == same.pk
        assert Customer.unscoped.count() == 2
        assert Person.unscoped.filter(customer=same, mobile="13911112222").exists()
        stranger = queries.similar(made, actor(make_user("stranger")))
        assert {one["name"] for one in stranger} == {""}

    def test_machines_are_kept_out(self, outside, form, clock):
        stamp = stamp_of(outside, form)
        quick = outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": stamp})
        assert quick.status_code == 422
        clock.shift(30)
        trapped = outside.post(
            f"/f/{form.slug}/", {**FILLED, "stamp": stamp, "website": "spam.example"}
        )
        assert trapped.status_code == 200
        for forged in ("", "x", stamp[:-3] + "abc"):
            assert outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": forged}).status_code == 422
        other = make("quality.webform")
        assert outside.post(f"/f/{other.slug}/", {**FILLED, "stamp": stamp}).status_code == 422
        clock.shift(13 * 3600)
        assert outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": stamp}).status_code == 422
        assert not Submission.unscoped.exists()

    def test_the_sum_is_asked_where_the_form_says_so(self, outside, owner, clock):
        form = make("quality.webform", arithmetic=True, owner=owner)
        page = outside.get(f"/f/{form.slug}/").content.decode()
        a, b = map(int, re.search(r"(\d+) \+ (\d+) =", page).groups())
        stamp = STAMP.search(page)[1]
        clock.shift(30)
        wrong = outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": stamp, "sum": str(a + b + 1)})
        assert wrong.status_code == 422
        assert not Submission.unscoped.exists()
        outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": stamp, "sum": str(a + b)})
        assert Submission.unscoped.count() == 1

    def test_without_consent_or_with_bad_values_nothing_is_kept(self, outside, form, clock):
        stamp = stamp_of(outside, form)
        clock.shift(30)
        for bad in ({"consent": ""}, {"mobile": "123"}, {"company": ""}, {"email": "x"}):
            answer = outside.post(f"/f/{form.slug}/", {**FILLED, "stamp": stamp, **bad})
            assert answer.status_code == 422, bad
        assert not Submission.unscoped.exists()

    def test_one_address_cannot_flood_it(self, outside, form, clock):
        codes = [outside.get(f"/f/{form.slug}/").status_code for _n in range(21)]
        assert codes[:20] == [200] * 20
        assert codes[20] == 429

    def test_closed_and_unknown_forms_are_not_there(self, outside, owner):
        closed = make("quality.webform", open=False, owner=owner)
        assert outside.get(f"/f/{closed.slug}/").status_code == 404
        assert outside.get("/f/nothing/").status_code == 404

    def test_a_forged_post_is_refused(self, form):
        strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
        assert strict.post(f"/f/{form.slug}/", FILLED).status_code == 403
