"""Notes for few eyes: masked on the server, revealed on record, kept out of search and export."""

import pytest

from tests.factories import actor, make_user
from zhike.kernel.errors import Forbidden, NotFound
from zhike.kernel.records import Searchable
from zhike.kernel.registry import registry
from zhike.loyalty.actions import create_note
from zhike.loyalty.models import Note
from zhike.trust.actions import reveal
from zhike.trust.models import AuditEntry

pytestmark = pytest.mark.requirement("LOY-024")


def write(world, level, text="忌讳谈上市失败"):
    values = {"person": world.person.pk, "kind": "dislike", "level": level, "text": text,
              "source": "闲谈"}  # fmt: skip
    return create_note(Note, values, by=world.by_ann)


def test_the_words_are_masked_and_a_look_is_logged(world):
    note = write(world, "sensitive")
    kind = Note._meta.get_field("text")
    assert kind.personal
    assert world.by_ann.field_access("loyalty.note", "text", personal=True) == "masked"
    assert reveal(note, "text", by=world.by_ann, purpose="登门前") == "忌讳谈上市失败"
    entry = AuditEntry.objects.filter(kind="reveal").get()
    assert (entry.user_id, entry.details["field"]) == (world.ann.pk, "text")


def test_a_colleague_sees_that_there_is_a_note_but_not_the_words(world):
    grants = {("loyalty.note", "view"): "all", ("customers.customer", "view"): "all"}
    cal = actor(make_user("cal", grants=grants))
    note = write(world, "sensitive")
    assert Note.objects.visible_to(cal).count() == 1
    with pytest.raises(Forbidden):
        reveal(note, "text", by=cal)


def test_confidential_notes_are_for_the_owner_and_for_named_roles(world):
    grants = {("loyalty.note", "view"): "all"}
    cal = actor(make_user("cal", grants=grants))
    dan = actor(make_user("dan", grants={**grants, ("loyalty.note", "reveal"): "all"}))
    note = write(world, "confidential")
    assert not Note.objects.visible_to(cal).exists()
    assert Note.objects.visible_to(world.by_ann).exists()
    assert Note.objects.visible_to(dan).exists()
    with pytest.raises(NotFound):
        reveal(note, "text", by=cal)
    assert reveal(note, "text", by=dan, purpose="高层拜访") == "忌讳谈上市失败"
    why = Note.scope.explain(note, cal, "view")
    assert [one.holds for one in why] == [False]


def test_neither_search_nor_lists_nor_exports_carry_the_words(world):
    resource = registry.resource("loyalty.note")
    assert not issubclass(Note, Searchable)
    assert "text" not in {one.name for one in resource.all_columns()}
    assert "text" not in resource.filters
    assert "text" not in resource.search
    assert "上市" not in str(write(world, "normal"))
