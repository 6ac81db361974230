"""Merging and undoing, on real rows."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.customers.make import customer, order
from tests.factories import BY_TEST, make, makeable
from zhike.customers.actions import add_relation, archive_customer, edit_customer, set_tags
from zhike.customers.models import Affiliation, Customer, CustomerTag, Person
from zhike.duplicates.actions import merge_records, undo_merge
from zhike.duplicates.actions.children import links
from zhike.duplicates.models import Merge
from zhike.duplicates.queries import survivor_of
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.history import versions
from zhike.kernel.models import EventRow
from zhike.sales.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DAT-026")]
DAY = dt.date(2026, 2, 1)


@pytest.fixture
def two(db):
    one = customer(BY_TEST, "无锡恒澈水处理科技有限公司", phone="0510-85551111")
    other = customer(
        BY_TEST, "恒澈水处理（无锡）", address="无锡市惠山区中兴路18号", industry="环保工程"
    )
    return one, other


def test_every_child_follows_the_survivor(by, two):
    one, other = two
    order(by, other, 100, DAY)
    made = {}
    for link in links("customer"):
        key = link.model._meta.label_lower
        if key.startswith(("kernel.", "exchange.")) or key in made or key == "sales.order":
            continue
        if key not in makeable() or link.model.follows:
            continue  # what the product keeps itself, and lines of other records
        if link.column == "customer":
            made[key] = make(key, customer=other)
    assert len(made) > 6
    merge = merge_records("customer", one.pk, other.pk, by=by, reason="同一家")
    for link in links("customer"):
        left = set(link.rows(**{link.column: other.pk}).values_list("pk", flat=True))
        assert left <= set(merge.stayed.get(link.label, [])), link.label
    assert merge.children >= len(made)
    one.refresh_from_db()
    assert one.order_count == 1
    undo_merge(merge, by=by)
    for key, row in made.items():
        row.refresh_from_db()
        assert row.customer_id == other.pk, key
    one.refresh_from_db()
    assert one.order_count == 0
    assert Order.unscoped.get().customer_id == other.pk


def test_values_are_taken_as_chosen_and_given_back(by, two):
    one, other = two
    merge = merge_records("customer", one.pk, other.pk, by=by, take=["address", "industry"])
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.address, one.industry, one.phone) == (
        "无锡市惠山区中兴路18号",
        "环保工程",
        "0510-85551111",
    )
    assert other.archived_at is not None
    assert survivor_of("customer", other.pk) == one.pk
    edit_customer(Customer, one.pk, {"industry": "工业水处理", "note": "合并后补充"}, by=by)
    undo_merge(merge, by=by)
    one.refresh_from_db()
    other.refresh_from_db()
    merge.refresh_from_db()
    assert (one.address, one.industry, one.note) == ("", "工业水处理", "合并后补充")
    assert other.archived_at is None
    assert survivor_of("customer", other.pk) is None
    assert any("行业" in line for line in merge.kept)


def test_the_same_tag_and_relations_between_the_two_stay(by, two):
    one, other = two
    set_tags([one.pk, other.pk], by=by, tags="水处理")
    set_tags([other.pk], by=by, tags="展会 2026")
    add_relation(one, by=by, other=other.pk, kind="same_controller")
    merge = merge_records("customer", one.pk, other.pk, by=by)
    one.refresh_from_db()
    assert sorted(one.tag_names.split("、")) == ["展会 2026", "水处理"]
    assert len(merge.stayed["customers.customertag.customer"]) == 1
    assert merge.stayed["customers.customerrelation.other"]
    undo_merge(merge, by=by)
    assert CustomerTag.unscoped.filter(customer_id=other.pk).count() == 2


def test_a_credit_code_passes_to_the_survivor_and_back(by, two):
    one, other = two
    code = "91320206MA1MQ0K26T"
    other.refresh_from_db()
    Customer.unscoped.filter(pk=other.pk).update(credit_code=code)
    merge = merge_records("customer", one.pk, other.pk, by=by, take=["credit_code"])
    one.refresh_from_db()
    assert one.credit_code == code
    undo_merge(merge, by=by)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.credit_code, other.credit_code) == (None, code)


def test_the_chain_is_undone_from_its_end(by, two):
    one, other = two
    third = customer(BY_TEST, "恒澈环保")
    first = merge_records("customer", one.pk, other.pk, by=by)
    second = merge_records("customer", third.pk, one.pk, by=by)
    assert survivor_of("customer", other.pk) == third.pk
    with pytest.raises(Conflict, match="先撤销"):
        undo_merge(first, by=by)
    with pytest.raises(Conflict, match="已并入"):
        merge_records("customer", other.pk, third.pk, by=by)
    undo_merge(second, by=by)
    undo_merge(first, by=by)
    assert survivor_of("customer", other.pk) is None
    with pytest.raises(Conflict):
        undo_merge(first, by=by)


def test_undo_after_the_survivor_was_archived(by, two):
    one, other = two
    order(by, other, 100, DAY)
    merge = merge_records("customer", one.pk, other.pk, by=by)
    archive_customer(Customer, one.pk, by=by)
    undo_merge(merge, by=by)
    other.refresh_from_db()
    assert other.archived_at is None
    assert Order.unscoped.get().customer_id == other.pk


def test_refusals(by, seller, two):
    one, other = two
    with pytest.raises(Invalid):
        merge_records("customer", one.pk, one.pk, by=by)
    with pytest.raises(Invalid):
        merge_records("customer", one.pk, other.pk, by=by, take=["grade"])
    with pytest.raises((NotFound, Forbidden)):
        merge_records("customer", one.pk, other.pk, by=seller)
    with pytest.raises(Conflict, match="他人修改"):
        merge_records("customer", one.pk, other.pk, by=by, versions={one.pk: 99})
    archive_customer(Customer, other.pk, by=by)
    with pytest.raises(Conflict, match="归档"):
        merge_records("customer", one.pk, other.pk, by=by)
    assert not Merge.unscoped.exists()


def test_undo_only_within_the_days_of_the_rule(by, two):
    one, other = two
    merge = merge_records("customer", one.pk, other.pk, by=by)
    import time_machine

    assert (merge.undo_until - timezone.localdate()).days in {29, 30, 31}
    with (
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=32)),
        pytest.raises(Conflict),
    ):
        undo_merge(merge, by=by)


def test_history_and_timeline_tell(by, two):
    one, other = two
    order(by, other, 100, DAY)
    merge_records("customer", one.pk, other.pk, by=by, reason="同一家公司")
    step = versions(Order, Order.unscoped.get().pk)[0]
    assert (step.action, step.reason) == ("duplicates.merge", "同一家公司")
    names = EventRow.objects.filter(subject_id=one.pk).values_list("name", flat=True)
    assert "duplicates.customers_merged" in names


def test_persons(by, two):
    one, other = two
    left = make("customers.person", name="邵怀瑾", customer=one)
    right = make("customers.person", name="邵怀瑾", customer=other, mobile="13912345570")
    for person, company in ((left, one), (right, one), (right, other)):
        make("customers.affiliation", person=person, customer=company)
    merge = merge_records("person", left.pk, right.pk, by=by, take=["mobile"])
    left.refresh_from_db()
    assert left.mobile
    assert left.mobile.endswith("13912345570"[-8:])
    assert Affiliation.unscoped.filter(person=left).count() == 2
    undo_merge(merge, by=by)
    assert Person.unscoped.get(pk=right.pk).archived_at is None
    assert Affiliation.unscoped.filter(person=right).count() == 2
