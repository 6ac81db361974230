"""Actions: authorise, lock, write, re-check, tell; all or nothing."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import pytest
from django.db import transaction

from tests.kernel.world import ALL, CUSTOMER, OWN, actor, make_world
from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.actions import (
    Action,
    archive_record,
    create_record,
    edit_record,
    store,
)
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.events import Event, emit
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def history(row):
    return list(row.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id"))


def test_create_gives_owner_unit_version_and_history(world):
    by = actor(world.lu, OWN, unit_ids=(world.east.pk,), channel="api", request_id="r-1")
    row = create_record(Customer, {"name": "山东锐恒精细化工有限公司"}, by=by)
    assert (row.owner_id, row.unit_id, row.version) == (world.lu.pk, world.east.pk, 1)
    event = history(row)[0]
    assert event.pgh_label == "insert"
    assert event.pgh_context.metadata["action"] == "customers.customer.create"
    assert event.pgh_context.metadata["user"] == world.lu.pk
    assert event.pgh_context.metadata["channel"] == "api"
    assert event.pgh_context.metadata["request_id"] == "r-1"


@pytest.mark.requirement("DAT-027")
def test_edit_writes_old_and_new_value_with_who_and_when(world):
    by = actor(world.lu, OWN)
    edit_record(Customer, world.lan.pk, {"industry": "涂料"}, by=by, version=1)
    edit_record(Customer, world.lan.pk, {"industry": "胶粘剂"}, by=by, version=2)
    rows = history(world.lan)
    assert [row.industry for row in rows] == ["", "涂料", "胶粘剂"]
    assert rows[-1].pgh_context.metadata["actor"] == "陆知行"


def test_an_unchanged_edit_writes_nothing(world):
    by = actor(world.lu, OWN)
    edit_record(Customer, world.lan.pk, {"industry": ""}, by=by)
    assert len(history(world.lan)) == 1


def test_a_stale_edit_shows_both_values_and_changes_nothing(world):
    by = actor(world.lu, OWN)
    edit_record(Customer, world.lan.pk, {"payment_terms": "月结 60 天"}, by=by, version=1)
    with pytest.raises(Conflict) as caught:
        edit_record(Customer, world.lan.pk, {"payment_terms": "月结 45 天"}, by=by, version=1)
    assert caught.value.differences == {"payment_terms": ("月结 60 天", "月结 45 天")}
    world.lan.refresh_from_db()
    assert world.lan.payment_terms == "月结 60 天"


@pytest.mark.parametrize(
    "field", ["id", "version", "created_by", "grade", "annual_spend", "no_such_field", "extra"]
)
def test_server_owned_and_unknown_fields_are_refused(world, field):
    with pytest.raises(Invalid) as caught:
        edit_record(Customer, world.lan.pk, {field: "1"}, by=actor(world.lu, ALL))
    assert field in caught.value.fields


@pytest.mark.parametrize("access", ["hidden", "readonly"])
def test_a_field_out_of_reach_is_refused(world, access):
    by = actor(world.lu, OWN, field_rules={(CUSTOMER, "industry"): access})
    with pytest.raises(Invalid) as caught:
        edit_record(Customer, world.lan.pk, {"industry": "涂料"}, by=by)
    assert list(caught.value.fields) == ["industry"]


def test_out_of_scope_looks_like_absent(world):
    by = actor(world.lu, OWN)
    for target in (world.cheng.pk, 10**17, 10**30):
        with pytest.raises(NotFound):
            edit_record(Customer, target, {"industry": "涂料"}, by=by)


def test_without_any_grant_it_is_forbidden_and_nothing_is_written(world):
    before = Customer.unscoped.count()
    with pytest.raises(Forbidden):
        create_record(Customer, {"name": "某某有限公司"}, by=actor(world.lu))
    assert Customer.unscoped.count() == before


def test_an_edit_that_gives_the_record_away_is_rolled_back(world):
    by = actor(world.lu, OWN)
    by = replace(by, grants={**by.grants, ("identity.user", "view"): ALL})
    with pytest.raises(Forbidden), transaction.atomic():
        edit_record(Customer, world.lan.pk, {"owner": world.han.pk}, by=by)
    world.lan.refresh_from_db()
    assert world.lan.owner_id == world.lu.pk


def test_archive_and_bring_back(world):
    by = actor(world.lu, OWN)
    archive_record(Customer, world.lan.pk, by=by)
    assert not Customer.objects.visible_to(by).exists()
    archive_record(Customer, world.lan.pk, by=by, undo=True)
    assert Customer.objects.visible_to(by).get().pk == world.lan.pk


@dataclass(frozen=True)
class _CustomerRenamed(Event):
    subject: ClassVar[str] = CUSTOMER
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    on: str = ""


registry.events.pop(_CustomerRenamed.name)  # no event of the product: the map must not see it


@pytest.fixture
def rename():
    def rename_customer(
        row: Customer,
        *,
        by,
        short_name: Annotated[str, kinds.Text("简称")],
        fail: bool = False,
    ) -> Customer:
        row.short_name = short_name
        store(row, by=by, fields=["short_name"])
        emit(_CustomerRenamed(customer_id=row.pk), by=by)
        if fail:
            raise Invalid("no")
        return row

    yield Action("test.rename", rename_customer, Customer, "change", "改简称")
    registry.actions.pop("test.rename", None)


def test_an_action_commits_row_history_and_event_together(world, rename):
    rename(world.lan.pk, by=actor(world.lu, OWN), short_name="蓝屿", version=1)
    assert EventRow.objects.filter(subject=CUSTOMER, subject_id=world.lan.pk).count() == 1
    assert history(world.lan)[-1].pgh_context.metadata["action"] == "test.rename"


def test_a_refused_action_leaves_no_row_no_history_no_event_no_job(world, rename):
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.count()
    with pytest.raises(Invalid), transaction.atomic():
        rename(world.lan.pk, by=actor(world.lu, OWN), short_name="蓝屿", fail=True)
    world.lan.refresh_from_db()
    assert world.lan.short_name == ""
    assert len(history(world.lan)) == 1
    assert not EventRow.objects.filter(subject=CUSTOMER, subject_id=world.lan.pk).exists()
    assert ProcrastinateJob.objects.count() == jobs


def test_a_stale_version_is_a_conflict(world, rename):
    with pytest.raises(Conflict):
        rename(world.lan.pk, by=actor(world.lu, OWN), short_name="x", version=7)


def test_raw_and_bulk_writes_are_in_the_history_too(world):
    Customer.unscoped.filter(pk=world.lan.pk).update(industry="树脂")
    assert history(world.lan)[-1].industry == "树脂"


def test_event_payload_is_plain_and_forgives_removed_fields(world):
    event = _CustomerRenamed(customer_id=world.lan.pk, on=dt.date(2026, 1, 1).isoformat())
    assert _CustomerRenamed.load({**event.payload(), "gone": 1}) == event
