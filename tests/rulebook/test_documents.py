"""Documents: written, decided by a second person, published, signed, superseded, exported."""

import datetime as dt
import io

import openpyxl
import pytest

from zhike.identity.models import Notice
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import Event
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.rulebook.actions import clauses, documents, editions, shipping, signatures
from zhike.rulebook.models import Clause, Document, Edition
from zhike.rulebook.queries import differences
from zhike.rulebook.queries import documents as read

ONE = {"number": "第一条", "heading": "目的", "text": "按级别回访。", "policy_id": ""}
TWO = {
    "number": "第二条", "heading": "间隔", "text": "VIP 每七日一次。",
    "policy_id": "interactions.contact_cadence",
}  # fmt: skip


@pytest.fixture
def published(company, clock):
    """Return a document in force that covers the top unit."""
    create = registry.resource("rulebook.document").create
    row = create(Document, {"title": "回访制度", "code": "T-1"}, by=company.author)
    documents.cover_units(row.pk, by=company.author, units=[company.top.pk])
    edition = editions.draft_edition(row.pk, by=company.author)
    clauses.write_clauses(edition.pk, by=company.author, clauses=[ONE, TWO], version=1)
    editions.submit_edition(edition.pk, by=company.author)
    editions.approve_edition(edition.pk, by=company.approver)
    return row


def deliver(name):
    """Run the reactions to the stored events of one name, as the worker does."""
    for event in EventRow.objects.filter(name=name):
        for handler in registry.handlers[name]:
            loaded: Event = registry.events[name].load(event.payload)
            handler(loaded)


@pytest.mark.requirement("ORG-028")
def test_covered_people_of_all_units_below_sign_and_the_others_are_reminded(company, published):
    edition = read.editions_in_force()[published.pk]
    assert {s.name for s in read.signatures(edition)} == {"秦若川", "宋砚秋", "陆知行"}
    deliver("rulebook.acknowledgement_requested")
    deliver("rulebook.acknowledgement_requested")
    assert Notice.unscoped.filter(user=company.users.member, icon="signature").count() == 1
    first = signatures.acknowledge(edition.pk, by=company.member)
    again = signatures.acknowledge(edition.pk, by=company.member)
    assert first.pk == again.pk
    assert signatures.remind(edition.pk, by=company.author) == 2
    assert [s.name for s in read.signatures(edition) if s.acknowledged_at] == ["陆知行"]


@pytest.mark.requirement("ORG-028")
def test_only_covered_people_sign(company, published):
    documents.cover_units(published.pk, by=company.author, units=[company.sales.pk])
    edition = read.editions_in_force()[published.pk]
    with pytest.raises(Forbidden):
        signatures.acknowledge(edition.pk, by=company.approver)


@pytest.mark.requirement("ORG-028")
def test_a_new_edition_supersedes_the_old_one_on_its_day(company, published, clock):
    old = read.editions_in_force()[published.pk]
    new = editions.draft_edition(published.pk, by=company.author, reason="加条款")
    with pytest.raises(Conflict):
        editions.draft_edition(published.pk, by=company.author)
    stored = [
        {"id": c.pk, **{n: getattr(c, n) for n in clauses.FIELDS}} for c in read.clauses(new.pk)
    ]
    stored[1]["text"] = "VIP 每五日一次。"
    stored.insert(0, {"number": "总则", "heading": "范围", "text": "全体。", "policy_id": ""})
    clauses.write_clauses(new.pk, by=company.author, clauses=stored)
    found = differences.clause_changes(list(read.clauses(old.pk)), list(read.clauses(new.pk)))
    assert [(c.kind, c.number) for c in found] == [
        ("new", "总则"), ("same", "第一条"), ("changed", "第二条")
    ]  # fmt: skip
    assert ("gone", "七") in found[2].parts
    assert ("new", "五") in found[2].parts
    editions.submit_edition(new.pk, by=company.author, effective_on=dt.date(2026, 3, 10))
    with pytest.raises(Forbidden):
        editions.approve_edition(new.pk, by=company.author)
    editions.approve_edition(new.pk, by=company.approver)
    assert read.editions_in_force()[published.pk].pk == old.pk
    clock.move_to("2026-03-10T00:00:00+08:00")
    assert read.editions_in_force()[published.pk].pk == new.pk
    with pytest.raises(Conflict):
        clauses.write_clauses(new.pk, by=company.author, clauses=[ONE])


@pytest.mark.requirement("ORG-029")
def test_a_clause_is_bound_to_a_known_rule_only(company, published):
    edition = editions.draft_edition(published.pk, by=company.author)
    with pytest.raises(Invalid) as refused:
        clauses.write_clauses(
            edition.pk, by=company.author, clauses=[ONE, {**TWO, "policy_id": "no.such"}]
        )
    assert set(refused.value.fields) == {"clauses.1.policy_id"}
    assert Clause.unscoped.filter(edition=edition).count() == 2


@pytest.mark.requirement("ORG-028")
def test_generic_doors_cannot_publish_or_change_a_published_edition(company, published):
    edition = read.editions_in_force()[published.pk]
    edit = registry.resource("rulebook.edition").edit
    with pytest.raises(Invalid):
        edit(Edition, edition.pk, {"status": "draft"}, by=company.author)
    with pytest.raises(Conflict):
        edit(Edition, edition.pk, {"reason": "改"}, by=company.author)
    one = read.clauses(edition.pk).first()
    with pytest.raises(Conflict):
        registry.resource("rulebook.clause").edit(Clause, one.pk, {"text": "改"}, by=company.author)


@pytest.mark.requirement("ORG-028")
def test_the_signature_list_is_exported(company, published, web):
    edition = read.editions_in_force()[published.pk]
    signatures.acknowledge(edition.pk, by=company.member)
    address = f"/rulebook/documents/{published.pk}/signatures.xlsx"
    assert web("member").get(address).status_code == 403
    answer = web("author").get(address)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = {row[0]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows == {"秦若川": "未签收", "宋砚秋": "未签收", "陆知行": "已签收"}


@pytest.mark.requirement("ORG-029")
def test_the_shipped_handbook_is_added_once_and_its_clauses_run(company):
    added = shipping.ensure_handbook(by=company.author)
    assert len(added) == 3
    assert shipping.ensure_handbook(by=company.author) == []
    bound = set(Clause.unscoped.exclude(policy_id="").values_list("policy_id", flat=True))
    assert {"customers.grade", "interactions.contact_cadence"} <= bound


@pytest.mark.requirement("ORG-029")
def test_a_bound_clause_shows_how_it_is_kept_with_the_records(company, published, customers, web):
    from zhike.customers.models import Customer
    from zhike.kernel.evidence import sources

    day = dt.date(2026, 3, 4)
    Customer.unscoped.update(grade="vip")
    found = sources["interactions.contact_cadence"](company.author, day)
    assert (found.total, found.kept, found.broken) == (3, 3, 0)
    graded = sources["customers.grade"](company.author, day)
    assert (graded.total, graded.kept) == (3, 0)
    assert sources["customers.grade"](company.member, day).total == 0
    page = web("author").get(f"/rulebook/documents/{published.pk}/?tab=records").content.decode()
    assert found.sentence in page
