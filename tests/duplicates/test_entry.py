"""Who learns what while typing, saving, importing and scanning."""

import pytest

from tests.customers.make import customer
from tests.factories import make
from zhike.customers.actions import edit_customer
from zhike.customers.models import Customer, CustomerRelation, Person
from zhike.duplicates.actions import (
    check,
    ignore_pair,
    index_waiting,
    relate_pair,
    run_scan,
    start_scan,
)  # fmt: skip
from zhike.duplicates.actions.scan import STEPS
from zhike.duplicates.models import Check, Key, Pair, Scan, Waiting
from zhike.duplicates.queries import matches
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import Conflict, Invalid, PolicyRefused, Unconfirmed
from zhike.kernel.models import EventRow, PolicyVersion

pytestmark = pytest.mark.django_db
NAME = "无锡恒澈水处理科技有限公司"


@pytest.mark.requirement("DAT-024")
def test_keys_follow_every_write(by):
    row = customer(by, NAME)
    assert Waiting.objects.filter(kind="c", record_id=row.pk).exists()
    index_waiting()
    assert not Waiting.objects.exists()
    before = set(Key.objects.filter(record_id=row.pk, kind="c").values_list("key", flat=True))
    edit_customer(Customer, row.pk, {"note": "无关"}, by=by)
    assert not Waiting.objects.exists()
    edit_customer(Customer, row.pk, {"phone": "0510-85551111"}, by=by)
    assert Waiting.objects.exists()
    index_waiting()
    after = set(Key.objects.filter(record_id=row.pk, kind="c").values_list("key", flat=True))
    assert before < after


@pytest.mark.requirement("DAT-024")
@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    "typed",
    [
        {"name": "恒澈水处理科技"}, {"name": "無錫恆徹水處理科技"},
        {"name": "某某贸易", "credit_code": "91320206MA1MQ0K26T"},
        {"name": "恒澈水处理", "phone": "051085551111"}, {"name": "恒澈水处理", "website": "hengche.com.cn"},
    ],
)  # fmt: skip
def test_found_by_name_and_contact(by, typed, indexed):
    row = customer(
        by,
        NAME,
        phone="0510-85551111",
        website="www.hengche.com.cn",
        credit_code="91320206MA1MQ0K26T",
    )
    customer(by, "上海砺新高分子材料有限公司")
    if indexed:
        index_waiting()
    found = check("customer", typed, by=by, door="page")
    assert [one.id for one in found] == [row.pk]
    assert found[0].evidence
    assert found[0].title == NAME


@pytest.mark.requirement("DAT-025")
def test_without_access_only_existence_state_and_department(by, seller):
    customer(by, NAME, phone="0510-85551111")
    found = check("customer", {"name": NAME}, by=seller, door="page")[0]
    assert not found.visible
    assert (found.id, found.title, found.url, list(found.evidence), found.details) == (
        0,
        "",
        "",
        [],
        {},
    )
    assert found.state
    assert found.unit
    row = Check.unscoped.get()
    assert (row.user_id, row.found, row.hidden, row.door) == (seller.user_id, 1, 1, "page")


@pytest.mark.requirement("DAT-025")
def test_checks_are_limited_by_the_rule(by):
    PolicyVersion.unscoped.create(
        policy_id="duplicates.entry_check", number=1, params={"asked_per_hour": 10},
        effective_on="2020-01-01", status="approved", created_at="2020-01-01T00:00Z",
        updated_at="2020-01-01T00:00Z",
    )  # fmt: skip
    for _turn in range(10):
        check("customer", {"name": NAME, "phone": "13912345678"}, by=by, door="form")
    with pytest.raises(PolicyRefused):
        check("customer", {"name": NAME}, by=by, door="form")
    assert Check.unscoped.count() == 10
    assert not Check.unscoped.filter(asked__contains="13912345678").exists()


@pytest.mark.requirement("DAT-024")
def test_saving_asks_for_a_reason_and_keeps_it(by):
    customer(by, NAME)
    with pytest.raises(Unconfirmed) as error:
        customer(by, "恒澈水处理科技有限公司")
    assert error.value.status == 409
    assert error.value.alike[0]["title"] == NAME
    row = customer(by, "恒澈水处理科技有限公司", confirm_duplicate="另一家，已电话核实")
    event = EventRow.objects.get(name="duplicates.duplicate_confirmed", subject_id=row.pk)
    assert event.payload["reason"] == "另一家，已电话核实"
    edit_customer(Customer, row.pk, {"note": "改备注不再问"}, by=by)
    customer(SYSTEM(reason="test"), NAME)


@pytest.mark.requirement("DAT-024")
def test_a_credit_code_in_use_cannot_be_confirmed_away(by):
    customer(by, NAME, credit_code="91320206MA1MQ0K26T")
    with pytest.raises(Invalid):
        customer(by, NAME, credit_code="91320206MA1MQ0K26T", confirm_duplicate="想另建")


@pytest.mark.requirement("DAT-024")
def test_persons(by):
    one = make("customers.person", name="邵怀瑾", mobile="13912345570")
    found = matches("person", [{"name": "邵懷瑾", "mobile": "+8613912345570"}], least=0.5)[0]
    assert [match.id for match in found] == [one.pk]
    from zhike.customers.actions import create_person

    with pytest.raises(Unconfirmed):
        create_person(Person, {"name": "邵怀瑾", "mobile": "13912345570"}, by=by)


@pytest.mark.requirement("DAT-024")
def test_a_scan_writes_pairs_once_and_respects_decisions(by, seller):
    system = SYSTEM(reason="test")
    one, two = customer(system, NAME), customer(system, "恒澈水处理科技")
    customer(system, "上海砺新高分子材料有限公司")
    three = customer(system, "砺新高分子材料公司", owner=by.user_id)
    scan = start_scan(by=by)
    with pytest.raises(Conflict):
        start_scan(by=by)
    run_scan(scan, by=system)
    scan.refresh_from_db()
    assert (scan.status, scan.done, scan.pairs) == (Scan.Status.DONE, STEPS, 2)
    pairs = {(p.left_id, p.right_id): p for p in Pair.objects.visible_to(by)}
    assert not Pair.objects.visible_to(seller).exists()
    first = pairs[(one.pk, two.pk)]
    assert first.evidence
    assert first.level in {"certain", "likely"}
    ignore_pair(first, by=by)
    second = next(p for p in pairs.values() if three.pk in (p.left_id, p.right_id))
    relate_pair(second, by=by)
    assert CustomerRelation.unscoped.get().kind == "same_controller"
    run_scan(start_scan(by=by), by=system)
    assert sorted(Pair.unscoped.values_list("status", flat=True)) == ["ignored", "related"]
