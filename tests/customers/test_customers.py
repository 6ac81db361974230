"""Entering customers and persons: standards, numbers, uniqueness, relations, teams, history."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections

from tests.customers import make
from tests.customers.conftest import actor, person
from zhike.customers.actions import (
    add_affiliation,
    add_relation,
    add_team_member,
    archive_customer,
    assign_owner,
    change_lifecycle,
    create_customer,
    create_person,
    edit_customer,
    edit_person,
    end_affiliation,
    end_relation,
    remove_team_member,
    set_primary_contact,
    set_tags,
    transfer_owner,
)
from zhike.customers.models import Affiliation, Customer, CustomerRelation, Person, TeamMember
from zhike.customers.queries import relations_of
from zhike.kernel.actor import Breadth
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.listing import Listing
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.kernel.search import search

TODAY = dt.date(2026, 3, 4)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def credit_code(body="91310000MA1FL6LJ9"):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(char) * pow(3, i, 31) for i, char in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


def test_codes_are_numbered_and_derived_fields_kept(by):
    one, two = make.customer(by), make.customer(by, "山东锐恒精细化工有限公司")
    assert one.code.startswith("C-2026-")
    assert int(two.code[-6:]) == int(one.code[-6:]) + 1
    assert (one.name_normal, one.name_sort[:6]) == ("华东蓝屿化工", one.name_sort[:6])
    assert one.owner_id == by.user_id
    assert one.unit_id == by.unit_id
    assert one.completeness == 0
    done = edit_customer(Customer, one, {"industry": "涂料", "size": "large"}, by=by, version=1)
    assert done.completeness == 20
    renamed = edit_customer(Customer, one, {"name": "（北京）新名称有限公司"}, by=by)
    assert "新名称" in renamed.name_normal
    assert [e.name for e in EventRow.objects.filter(subject_id=one.pk)] == [
        "customers.customer_created"
    ]


def test_a_code_that_came_from_a_file_is_skipped(by):
    first = make.customer(by)
    taken = f"C-2026-{int(first.code[-6:]) + 1:06d}"
    make.customer(by, "自带编号的客户", code=taken)
    assert make.customer(by, "下一位客户公司").code == f"C-2026-{int(taken[-6:]) + 1:06d}"


@pytest.mark.requirement("DAT-021")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "测试"}, "name"),
        ({"name": "甲"}, "name"),
        ({"name": "蓝屿化工13812345678"}, "name"),
        ({"name": "蓝屿（上海化工有限公司"}, "name"),
        ({"name": "蓝屿化工有限公司，"}, "name"),
        ({"name": "蓝屿\x00化工"}, "name"),
        ({"name": "长" * 10_000}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"email": "a@"}, "email"),
        ({"credit_code": "91310000MA1FL6LJ00"}, "credit_code"),
        ({"region": "火星"}, "region"),
        ({"lifecycle": "dead"}, "lifecycle"),
        ({"since": "2026-02-30"}, "since"),
        ({"purchase_volume": "一百"}, "purchase_volume"),
        ({"owner": 999_999}, "owner"),
        ({"grade": "vip"}, "grade"),
        ({"annual_spend": 5}, "annual_spend"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_entry_standards_name_the_field(by, values, field):
    with pytest.raises(Invalid) as caught:
        create_customer(Customer, {"name": "华东蓝屿化工有限公司", **values}, by=by)
    assert caught.value.fields[field]
    assert not Customer.unscoped.exists()


@pytest.mark.requirement("DAT-021")
def test_emoji_and_rare_hanzi_are_fine(by):
    assert make.customer(by, "𠮷野家🍚餐饮有限公司").name == "𠮷野家🍚餐饮有限公司"


@pytest.mark.requirement("DAT-021")
def test_imports_meet_the_same_standards_column_wise(by):
    resource = registry.resource(Customer)
    names = ["华东蓝屿化工有限公司", "测试", "蓝屿（上海"]
    assert set(resource.check_import({"name": names})["name"]) == {1, 2}
    columns = {"name": names[:1], "code": [""], "industry": ["涂料"], "credit_code": [None]}
    derived = resource.prepare_import(columns)
    single = make.customer(by, industry="涂料")
    for name in ("name_normal", "name_sort", "completeness"):
        assert derived[name] == [getattr(single, name)]
    assert derived["code"][0].startswith("C-2026-")
    literal = derived["search_tsv"][0].replace(derived["code"][0].lower(), single.code.lower())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_tsv::text FROM customers_customer WHERE id = %s",
            [single.pk],
        )
        stored = cursor.fetchone()[0]
    ours = {word for word in literal.split() if not any(char.isdigit() for char in word)}
    assert ours
    assert ours <= set(stored.split())
    people = registry.resource(Person).prepare_import(
        {"name": ["曾国藩"], "mobile": ["13812345678"]}
    )
    assert people["name_sort"][0].lstrip("~").startswith("zeng")
    assert people["search_tsv"][0]


@pytest.mark.requirement("DAT-022")
def test_credit_code_is_unique_among_active_customers_and_says_what_to_do(by, seller):
    code = credit_code()
    first = make.customer(by, credit_code=code)
    with pytest.raises(Invalid) as caught:
        make.customer(by, "另一家公司", credit_code=code.lower())
    (message,) = caught.value.fields["credit_code"]
    assert first.name in message
    assert first.code in message
    assert "归档" in message
    with pytest.raises(Invalid) as caught:  # outside the scope: nothing about the other is told
        make.customer(seller, "另一家公司", credit_code=code)
    assert first.name not in caught.value.fields["credit_code"][0]
    archive_customer(Customer, first, by=by)
    second = make.customer(by, "另一家公司", credit_code=code)
    with pytest.raises(Invalid) as caught:
        archive_customer(Customer, first, by=by, undo=True)
    assert second.name in caught.value.fields["credit_code"][0]
    with pytest.raises(Invalid):
        edit_customer(Customer, make.customer(by, "第三家公司"), {"credit_code": code}, by=by)


@pytest.mark.requirement("DAT-027")
def test_field_history_has_old_new_who_when_and_channel(by):
    row = make.customer(by, industry="涂料")
    edit_customer(Customer, row, {"industry": "胶粘剂"}, by=by.through("api"))
    history = list(Customer.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id"))
    assert [one.industry for one in history] == ["涂料", "胶粘剂"]
    last = history[-1].pgh_context.metadata
    assert (last["user"], last["channel"]) == (by.user_id, "api")
    assert history[-1].pgh_created_at is not None


def test_stale_edit_shows_both_values(by):
    row = make.customer(by)
    edit_customer(Customer, row, {"industry": "涂料"}, by=by, version=1)
    with pytest.raises(Conflict) as caught:
        edit_customer(Customer, row, {"industry": "农化"}, by=by, version=1)
    assert caught.value.differences["industry"] == ("涂料", "农化")


@pytest.mark.requirement("DAT-002")
def test_person_with_roles_in_several_organisations_with_dates(by):
    one, two = make.customer(by), make.customer(by, "山东锐恒精细化工有限公司")
    gu = create_person(Person, {"name": "顾明远", "customer": one.pk, "title": "采购总监"}, by=by)
    add_affiliation(gu, by=by, customer=two, title="顾问", valid_from=dt.date(2026, 1, 1))
    roles = Affiliation.unscoped.filter(person=gu).order_by("id")
    assert [(r.customer_id, r.title, r.valid_from, r.is_primary) for r in roles] == [
        (one.pk, "采购总监", TODAY, True),
        (two.pk, "顾问", dt.date(2026, 1, 1), True),
    ]
    with pytest.raises(Invalid):
        add_affiliation(gu, by=by, customer=two)
    one.refresh_from_db()
    assert one.primary_contact_id == gu.pk
    tang = create_person(Person, {"name": "唐静怡", "customer": one.pk}, by=by)
    one.refresh_from_db()
    assert one.primary_contact_id == gu.pk
    with pytest.raises(Invalid):
        end_affiliation(roles[0], by=by, on=dt.date(2020, 1, 1))
    end_affiliation(roles[0], by=by)
    one.refresh_from_db()
    gu.refresh_from_db()
    assert one.primary_contact_id == tang.pk
    assert gu.customer_id == two.pk
    moved = edit_person(Person, tang, {"customer": two.pk}, by=by)
    assert [r.valid_to for r in Affiliation.unscoped.filter(person=moved).order_by("id")] == [
        TODAY,
        None,
    ]
    one.refresh_from_db()
    assert one.primary_contact_id is None
    set_primary_contact(moved, by=by)
    two.refresh_from_db()
    assert two.primary_contact_id == tang.pk
    assert two.affiliations.filter(is_primary=True).count() == 1


@pytest.mark.requirement("DAT-031")
def test_relations_are_typed_dated_and_seen_from_both_sides(by, seller):
    parent, child = make.customer(by, "蓝屿控股集团有限公司"), make.customer(by)
    add_relation(parent, by=by, other=child, kind="parent", valid_from=dt.date(2020, 1, 1))
    assert [(r.other_id, r.label) for r in relations_of(child.pk, by)] == [(parent.pk, "母公司")]
    assert [(r.other_id, r.label) for r in relations_of(parent.pk, by)] == [(child.pk, "子公司")]
    for kind in CustomerRelation.Kind.values:
        if kind not in {"parent", "subsidiary"}:
            add_relation(parent, by=by, other=child, kind=kind)
    assert len(relations_of(child.pk, by)) == 6
    for other, kind, field in (
        (parent, "parent", "other"),
        (child, "parent", "other"),
        (child, "friend", "kind"),
        (10**12, "supplier", "other"),
    ):
        with pytest.raises(Invalid) as caught:
            add_relation(parent, by=by, other=other, kind=kind)
        assert field in caught.value.fields
    with pytest.raises(Invalid):
        add_relation(
            child, by=by, other=parent, kind="subsidiary"
        )  # said already, from the other side
    third = make.customer(by, "孙公司有限公司")
    add_relation(child, by=by, other=third, kind="parent")
    with pytest.raises(Invalid):
        add_relation(third, by=by, other=parent, kind="parent")  # a circle
    relation = CustomerRelation.unscoped.get(customer=parent, kind="parent")
    end_relation(relation, by=by, on=TODAY)
    assert next(r for r in relations_of(parent.pk, by) if r.label == "子公司").valid_to == TODAY
    assert relations_of(parent.pk, seller) == []


def test_team_members_are_dated_and_not_doubled(by, bob):
    row = make.customer(by)
    member = add_team_member(row, by=by, user=bob, role="csm")
    with pytest.raises(Invalid):
        add_team_member(row, by=by, user=bob, role="csm")
    with pytest.raises(Invalid):
        add_team_member(row, by=by, user=10**9, role="csm")
    with pytest.raises(Invalid):
        add_team_member(row, by=by, user=bob, role="king")
    remove_team_member(member, by=by)
    assert TeamMember.unscoped.get().valid_to == TODAY
    assert EventRow.objects.filter(name="customers.team_changed").count() == 2


def test_handing_over_one_and_many(by, ann, bob, unit):
    rows = [make.customer(by, f"移交客户{i}") for i in range(3)]
    own = actor(ann, unit, Breadth(own=True))
    transfer_owner(rows[0], by=own, owner=bob, reason="离职")
    with pytest.raises(NotFound):
        edit_customer(Customer, rows[0], {"industry": "x"}, by=own)
    assert assign_owner([row.pk for row in rows], by=by, owner=bob.pk) == 2
    assert set(Customer.unscoped.values_list("owner_id", flat=True)) == {bob.pk}
    assert EventRow.objects.filter(name="customers.owner_changed").count() == 3
    with pytest.raises(Invalid):
        assign_owner(rows, by=by, owner=10**10)
    last = Customer.pgh_event_model.objects.filter(pgh_obj_id=rows[2].pk).order_by("pgh_id").last()
    assert last.pgh_context.metadata["action"] == "customers.assign_owner"


def test_lifecycle_and_tags_in_bulk(by, seller):
    rows = [make.customer(by, f"标签客户{i}") for i in range(3)]
    assert change_lifecycle(rows, by=by, lifecycle="customer") == 3
    assert change_lifecycle(rows, by=by, lifecycle="customer") == 0
    assert change_lifecycle(rows, by=seller, lifecycle="lost") == 0  # none of them is hers
    with pytest.raises(Invalid):
        change_lifecycle(rows, by=by, lifecycle="dead")
    assert set_tags(rows, by=by, tags="丙烯酸酯、大型制造，丙烯酸酯") == 3
    set_tags(rows, by=by, tags="丙烯酸酯")
    assert set(Customer.unscoped.values_list("tag_names", flat=True)) == {"丙烯酸酯、大型制造"}
    set_tags(rows[:1], by=by, tags="大型制造", remove=True)
    assert Customer.unscoped.get(pk=rows[0].pk).tag_names == "丙烯酸酯"
    for bad in (" 、，", "长" * 31):
        with pytest.raises(Invalid):
            set_tags(rows, by=by, tags=bad)


@pytest.mark.requirement("DAT-037")
def test_names_sort_by_pinyin_with_surname_readings(by):
    for name in ("张三", "单雄信", "曾国藩", "安静"):
        create_person(Person, {"name": name, "salutation": "总"}, by=by)
    names = [p.name for p in Person.unscoped.order_by("name_sort")]
    assert names == ["安静", "单雄信", "曾国藩", "张三"]  # an, shan, zeng, zhang
    hit = next(iter(search("zengguofan", by=by)["customers.person"]))
    assert hit.title == "曾国藩"


@pytest.mark.requirement("DAT-038")
@pytest.mark.parametrize("query", ["蓝屿", "蓝", "hdly", "huadonglanyu", "8888", "化工"])
def test_search_finds_by_characters_pinyin_initials_and_phone(by, query):
    from dataclasses import replace

    row = make.customer(by, short_name="华东蓝屿", phone="13800008888")
    clear = replace(by, field_rules={("customers.customer", "phone"): "editable"})
    hits = search(query, by=clear)["customers.customer"]
    assert [(hit.id, hit.badge) for hit in hits] == [(row.pk, "standard")]
    assert row.code in hits[0].subtitle


@pytest.mark.requirement("DAT-038")
def test_search_by_code_fragment_inside_permission_only(by, seller):
    row = make.customer(by)
    assert search(row.code, by=by)["customers.customer"][0].id == row.pk
    assert "customers.customer" not in search("蓝屿", by=seller)


@pytest.mark.requirement("DAT-030")
def test_every_panel_of_the_customer_page_has_its_records(by):
    row = make.customer(by)
    resource = registry.resource(Customer)
    related = [p.options for p in resource.detail if p.kind == "related"]
    for options in related:
        listing = Listing(
            registry.resource(options["resource"]), by, {options["link"]: str(row.pk)}
        )
        assert listing.page_rows == []
    assert {o["resource"] for o in related} >= {
        "customers.person", "customers.customerrelation", "customers.gradeassessment",
        "customers.teammember", "sales.order", "sales.payment",
    }  # fmt: skip
    assert {"timeline", "history", "fields"} <= {p.kind for p in resource.detail}


@pytest.mark.requirement("DAT-022")
def test_a_credit_code_taken_while_the_form_was_checked_is_named_all_the_same(by, monkeypatch):
    from zhike.customers.actions import customer as actions

    look, code = actions._refuse_taken, credit_code()
    make.customer(by, "甲方化工有限公司", credit_code=code)
    looks = iter([lambda *_: None])  # the first look came too early
    monkeypatch.setattr(actions, "_refuse_taken", lambda *given: next(looks, look)(*given))
    with pytest.raises(Invalid) as refused:
        make.customer(by, "乙方化工有限公司", credit_code=code)
    assert "已用于" in refused.value.fields["credit_code"][0]


def test_every_shipped_view_runs(by):
    from django.http import QueryDict

    make.customer(by)
    for key in ("customers.customer", "customers.person", "sales.order", "sales.payment"):
        for view in registry.resource(key).views:
            listing = Listing(registry.resource(key), by, QueryDict(view.query).dict())
            assert listing.count >= 0
            assert isinstance(listing.page_rows, list)
    quiet = Listing(registry.resource(Customer), by, {"next_step_on__empty": "1"})
    assert quiet.count == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("DAT-022")
def test_two_people_creating_the_same_credit_code_at_once(by, unit):
    second = actor(person("cara", "叶清和", unit), unit)
    code, barrier, results = credit_code(), threading.Barrier(2), []

    def create(who, name):
        barrier.wait()
        try:
            results.append(make.customer(who, name, credit_code=code))
        except Invalid as refused:
            results.append(refused.fields)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=create, args=pair)
        for pair in ((by, "甲方化工有限公司"), (second, "乙方化工有限公司"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in results if isinstance(one, dict)]
    assert len(refused) == 1
    assert "已用于" in refused[0]["credit_code"][0]
    assert Customer.unscoped.filter(credit_code=code).count() == 1
