"""The one search box: the plan guard finds all there is, and a telephone leads to its customer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make, make_user
from tests.web.conftest import KEY
from zhike.kernel import search as box
from zhike.kernel.records import Searchable
from zhike.kernel.registry import registry
from zhike.trust.queries import actor_for

pytestmark = pytest.mark.django_db
PERSON = "customers.person"


@pytest.fixture(autouse=True)
def _forgotten():
    box.forget_statistics()
    yield
    box.forget_statistics()


def reader(name="ann", **grants):
    given = {("customers." + what, "view"): reach for what, reach in grants.items()}
    return make_user(name, grants=given)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("'科技'", 0.1),
        ("'科技' & '有限'", 0.1),
        ("'科技' & '恒源'", 0.002 * 0.1**0.5),
        ("('科技' | '恒源')", 0.102),
        ("(('wc' & '恒源') | '科':*)", 0.1),
        ("'xa(b|c@d.cn'", 0.0005),
        ("('nobody':* | 'never' | '恒源' | ('no' & 'one'))", 0.002),  # readings that nobody uses
        ("('nobody' | 'never')", 0.0005),
    ],
)
def test_the_estimate_reads_the_whole_condition(monkeypatch, text, share):
    known = {"恒源": 0.002, "有限": 1.0, "科技": 0.1}  # sorted
    monkeypatch.setattr(box, "_statistics", lambda table: (1.0, known))
    assert box.expected_rows(_customer_model(), text) == pytest.approx(share)


def _customer_model():
    from zhike.customers.models import Customer

    return Customer


def test_a_common_word_is_found_among_the_newest_and_beyond(monkeypatch):
    ann = reader(customer="all")
    old = [make(KEY, name=f"苏州恒源{n}号有限公司", owner=ann) for n in "甲乙丙"]
    make(KEY, name="福建闽曜鞋材厂", owner=ann)
    new = make(KEY, name="苏州蓝屿科技厂", owner=ann)
    monkeypatch.setattr(box, "COMMON_ROWS", 0)
    monkeypatch.setattr(box, "NEWEST_ROWS", 1)
    by = actor_for(ann)
    with CaptureQueriesContext(connection) as asked:
        hits = box.search("苏州", by=by, only=KEY)[KEY]
    assert [hit.id for hit in hits] == [new.pk, *(row.pk for row in reversed(old))]
    assert "ts_match_vq" in "".join(query["sql"] for query in asked), "the walk uses no GIN index"
    assert KEY not in box.search("苏州", by=actor_for(reader("ben", customer="own")), only=KEY)


def test_the_few_of_a_seller_are_not_sought_among_all_that_match():
    """Own records are asked for where the matches are collected; whole units only afterwards."""
    unit = make("identity.orgunit")
    seller = make_user("ann", grants={(KEY, "view"): "own"}, unit=unit)
    head = make_user("ben", grants={(KEY, "view"): "unit"}, unit=unit)
    mine = make(KEY, name="华东蓝屿化工有限公司", owner=seller, unit=unit)
    theirs = make(KEY, name="苏州蓝屿科技厂", owner=head, unit=unit)
    make(KEY, name="福建蓝屿鞋材厂", owner=make_user("eve"))
    for user, seen in ((seller, [mine]), (head, [theirs, mine])):
        by = actor_for(user)
        with CaptureQueriesContext(connection) as asked:
            hits = box.search("蓝屿", by=by, only=KEY)[KEY]
            listed = box.matching(_customer_model().objects.visible_to(by), "蓝屿", by=by)
            assert list(listed.order_by("-id")) == seen
        assert [hit.id for hit in hits] == [row.pk for row in seen]
        collected = [query["sql"].partition("ARRAY(")[2] for query in asked if "@@" in query["sql"]]
        assert [("owner_id" in each) for each in collected] == [user is seller] * 2


def test_a_seller_finds_a_common_word_and_a_code_by_reading_his_own_records(monkeypatch):
    seller, other = reader(customer="own"), make_user("ben")
    old = make(KEY, name="苏州恒源科技有限公司", code="K-77-01", owner=seller)
    for n in range(3):
        make(KEY, name=f"苏州恒源{n}号科技厂", code=f"K-77-1{n}", owner=other)
    monkeypatch.setattr(box, "COMMON_ROWS", 0)
    monkeypatch.setattr(box, "NEWEST_ROWS", 1)
    for typed in ("科技", "K-77", "hengyuan"):
        with CaptureQueriesContext(connection) as asked:
            [hit] = box.search(typed, by=actor_for(seller), only=KEY)[KEY]
        assert hit.id == old.pk
        walked = [
            query["sql"] for query in asked if "search_tsv" in query["sql"].partition("FROM")[2]
        ]
        assert len([one for one in walked if "ts_match_vq" in one]) == 1
        assert not any("@@" in one for one in walked), "no GIN index is read"


def test_the_end_of_a_contacts_phone_arrives_at_the_customer():
    ann = reader(customer="all", person="all")
    customer = make(KEY, name="华东蓝屿化工有限公司", owner=ann)
    make(PERSON, name="王伟", mobile="13912345678", customer=customer, owner=ann)
    [hit] = box.search("5678", by=actor_for(ann))[PERSON]
    assert hit.url == f"/customers/customer/{customer.pk}/"
    assert customer.name in hit.subtitle
    assert hit.title == "王伟"
    assert "1391234" not in str(hit), "the number itself is never shown"


def test_a_contact_of_an_unseen_customer_leads_to_himself():
    ann, boss = reader(customer="own", person="own"), make_user("boss")
    customer = make(KEY, name="华东蓝屿化工有限公司", owner=boss)
    person = make(PERSON, name="王伟", mobile="13912345678", customer=customer, owner=ann)
    [hit] = box.search("5678", by=actor_for(ann))[PERSON]
    assert hit.url == f"/customers/person/{person.pk}/"
    assert customer.name not in hit.subtitle


def test_a_search_costs_few_queries_and_loads_no_search_terms():
    ann = reader(customer="all", person="all")
    customer = make(KEY, name="华东蓝屿化工有限公司", owner=ann)
    for n in range(9):
        make(PERSON, name=f"蓝屿{'甲乙丙丁戊己庚辛壬'[n]}", customer=customer, owner=ann)
    by = actor_for(ann)
    box.search("蓝屿", by=by)
    with CaptureQueriesContext(connection) as asked:
        found = box.search("蓝屿", by=by)
    assert len(found[PERSON]) == 8
    # Where they are, the customers, the people, and the names of the people's customers.
    assert len(asked) == 4, [query["sql"][:90] for query in asked]
    assert not any('SELECT "customers_customer"."id", "customers_customer"."version"' in query["sql"]
                   for query in asked)  # fmt: skip


def test_a_rare_word_is_looked_up_in_all_kinds_at_once():
    keys = [key for key, one in registry.resources.items() if issubclass(one.model, Searchable)]
    assert len(keys) > 4
    boss = make_user("boss", grants={(key, "view"): "all" for key in keys})
    make(KEY, name="华东蓝屿化工有限公司", owner=boss)
    by = actor_for(boss)
    box.search("蓝屿", by=by)
    with CaptureQueriesContext(connection) as asked:
        assert list(box.search("蓝屿", by=by)) == [KEY]
        assert list(box.search("没有这样的词", by=by)) == []
    assert len(asked) == 3, [query["sql"][:90] for query in asked]


def test_the_beginning_of_a_code_is_read_off_the_codes_within_scope(monkeypatch):
    unit, other = make("identity.orgunit"), make("identity.orgunit")
    ann = make_user("ann", grants={("customers.customer", "view"): "unit"}, unit=unit)
    mine = [make("customers.customer", code=f"K-77-0{n}", unit=unit) for n in range(3)]
    make("customers.customer", code="K-77-09", unit=other)
    make("customers.customer", code="M-10-01", unit=unit)
    monkeypatch.setattr(box, "COMMON_ROWS", 0)
    monkeypatch.setattr(box, "NEWEST_ROWS", 1)
    box.forget_statistics()
    found = box.search("k-77-0", by=actor_for(ann), limit=1)["customers.customer"]
    assert [hit.id for hit in found] == [mine[2].pk]
    assert box._begun(actor_for(ann), "customers.customer", "蓝屿", 1) == []
