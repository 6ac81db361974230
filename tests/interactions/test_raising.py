"""To-dos that other parts raise: once for a cause, kept true, settled with it."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import make, make_user
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.interactions.models import ToDo
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
BY = SYSTEM(reason="test")


def raised(owner, *, days=1, **more):
    due = timezone.now() + dt.timedelta(days=days)
    with recorded(BY, "test.raise"):
        return raise_todo("test.cause:1", "核对", owner_id=owner.pk, due_at=due, by=BY, **more)


def test_a_cause_has_one_open_to_do_whose_deadline_follows():
    unit = make("identity.orgunit")
    first, second = make_user("anna", unit=unit), make_user("bo", unit=unit)
    one = raised(first, link="/rulebook/")
    two = raised(second, days=3)
    assert one.pk == two.pk
    assert ToDo.unscoped.get(pk=one.pk).owner_id == second.pk
    assert (one.unit_id, one.family, one.link) == (unit.pk, ToDo.Family.TASK, "/rulebook/")


def test_the_same_cause_again_keeps_title_facts_and_unit_true():
    north, south = make("identity.orgunit"), make("identity.orgunit")
    first, second = make_user("anna", unit=north), make_user("bo", unit=south)
    due = timezone.now() + dt.timedelta(days=1)

    def cause(title, owner, **more):
        with recorded(BY, "test.raise"):
            raise_todo("test.cause:2", title, owner_id=owner.pk, due_at=due, by=BY, **more)
        return ToDo.unscoped.get(source_key="test.cause:2")

    assert cause("核对 2 家", first, facts={"count": 2}).version == 1
    row = cause("核对 3 家", first, facts={"count": 3})
    assert (row.title, row.facts, row.unit_id, row.version) == (
        "核对 3 家", {"count": 3}, north.pk, 2,
    )  # fmt: skip
    same = cause("核对 3 家", first)
    assert (same.facts, same.version) == ({"count": 3}, 2)
    assert cause("核对 3 家", second).unit_id == south.pk
    assert cause("核对 3 家", second, unit_id=north.pk).unit_id == north.pk


def test_a_settled_cause_may_come_back():
    owner = make_user("anna")
    raised(owner)
    with recorded(BY, "test.settle"):
        assert settle_todos(["test.cause:1"], by=BY, result="好了") == 1
        assert settle_todos(["test.cause:1"], by=BY) == 0
    closed = ToDo.unscoped.get()
    assert (closed.status, closed.result, closed.version) == (ToDo.Status.DONE, "好了", 2)
    assert raised(owner).pk != closed.pk


@pytest.mark.requirement("ORG-028")
def test_publishing_gives_a_to_do_that_signing_ticks_off():
    from zhike.interactions.handlers import after_signing, ask_to_sign
    from zhike.rulebook.events import AcknowledgementRequested, EditionAcknowledged

    reader, other = make_user("anna"), make_user("bo")
    edition = make("rulebook.edition")
    asked = AcknowledgementRequested(
        edition.document_id, edition.pk, "分级办法", (reader.pk, other.pk)
    )
    ask_to_sign(asked)
    ask_to_sign(asked)
    rows = ToDo.unscoped.filter(status=ToDo.Status.OPEN)
    assert {row.owner_id for row in rows} == {reader.pk, other.pk}
    assert all(row.link == f"/rulebook/documents/{edition.document_id}/" for row in rows)
    after_signing(EditionAcknowledged(edition.document_id, edition.pk, reader.pk))
    assert [row.owner_id for row in rows.all()] == [other.pk]
