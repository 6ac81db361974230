"""Logging, comments with mentions, and what becomes of to-dos."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.interactions.people import actor, customer, person, tomorrow, user
from zhike.customers.models import Customer
from zhike.identity.models import Notice
from zhike.interactions.actions import (
    add_comment,
    archive_interaction,
    complete_todo,
    create_interaction,
    create_todo,
    drop_todo,
    edit_interaction,
    log_interaction,
    postpone_todo,
    reassign_todos,
    reopen_todo,
)
from zhike.interactions.models import Comment, Interaction, ToDo
from zhike.kernel import timeline
from zhike.kernel.errors import BadQuery, Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.models import EventRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return user()


@pytest.fixture
def by(me):
    return actor(me)


@pytest.fixture
def company(me):
    return customer(me)


@pytest.mark.requirement("COM-002")
class TestLog:
    def test_keeps_what_was_said_and_moves_the_last_contact(self, by, company):
        contact = person(company)
        moment = timezone.now() - dt.timedelta(hours=2)
        row = log_interaction(
            company, by=by, channel="visit", summary="送 3 号试样", minutes=40, place="泰兴工厂",
            direction="in", occurred_at=moment, participants=[contact.pk], no_next_step=True,
        )  # fmt: skip
        stored = Interaction.unscoped.get(pk=row.pk)
        assert (stored.channel, stored.direction, stored.minutes) == ("visit", "in", 40)
        assert [p.person_id for p in stored.participants.all()] == [contact.pk]
        company.refresh_from_db()
        assert company.last_contact_at == moment
        event = EventRow.objects.get(name="interactions.interaction_logged")
        assert event.subject_id == company.pk

    def test_an_older_note_does_not_move_it_back(self, by, company):
        log_interaction(company, by=by, summary="今天", no_next_step=True)
        company.refresh_from_db()
        latest = company.last_contact_at
        log_interaction(
            company, by=by, summary="补记", no_next_step=True,
            occurred_at=timezone.now() - dt.timedelta(days=30),
        )  # fmt: skip
        company.refresh_from_db()
        assert company.last_contact_at == latest

    def test_version_of_the_customer_stays(self, by, company):
        log_interaction(company, by=by, summary="电话", no_next_step=True)
        assert Customer.unscoped.get(pk=company.pk).version == company.version

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"summary": "  "}, "summary"),
            ({"occurred_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)}, "occurred_at"),
            ({"occurred_at": dt.datetime(1, 1, 1, tzinfo=dt.UTC)}, "occurred_at"),
            ({"participants": "abc"}, "participants"),
            ({"participants": [10**12]}, "participants"),
            ({"channel": "pigeon"}, "channel"),
        ],
    )
    def test_bad_input_is_named_and_nothing_is_written(self, by, company, values, field):
        with pytest.raises(Invalid) as error:
            log_interaction(company, by=by, **{"summary": "x", "no_next_step": True, **values})
        assert field in error.value.fields
        assert not Interaction.unscoped.exists()

    def test_participants_of_another_customer_are_refused(self, by, me, company):
        stranger = person(customer(me, "江苏澄泰新材料有限公司"), "黎明")
        with pytest.raises(Invalid):
            log_interaction(
                company, by=by, summary="x", no_next_step=True, participants=[stranger.pk]
            )

    def test_out_of_scope_looks_like_absent(self, company):
        with pytest.raises(NotFound):
            log_interaction(company.pk, by=actor(user("外人")), summary="x", no_next_step=True)

    def test_generic_create_takes_the_same_way(self, by, company):
        row = create_interaction(
            Interaction,
            {"customer": str(company.pk), "summary": "经接口", "next_step_on": str(tomorrow(2))},
            by=by,
        )
        assert row.next_step_on == tomorrow(2)
        with pytest.raises(Invalid) as error:
            create_interaction(Interaction, {"summary": "x", "colour": "red"}, by=by)
        assert "customer" in error.value.fields

    def test_is_quick(self, by, company):
        log_interaction(company, by=by, summary="热身", next_step_on=tomorrow())
        with CaptureQueriesContext(connection) as queries:
            started = time.process_time()
            log_interaction(company, by=by, summary="电话", next_step_on=tomorrow())
            spent = time.process_time() - started
        assert len(queries) <= 40
        assert spent < 0.2  # CPU seconds on a busy machine; the benchmark holds the 30 ms


@pytest.mark.requirement("COM-013")
class TestNextStep:
    def test_is_asked_for(self, by, company):
        with pytest.raises(Invalid) as error:
            log_interaction(company, by=by, summary="电话")
        assert "next_step_on" in error.value.fields

    def test_may_be_declined_but_not_both(self, by, company):
        with pytest.raises(Invalid) as error:
            log_interaction(company, by=by, summary="x", no_next_step=True, next_step_on=tomorrow())
        assert "no_next_step" in error.value.fields

    def test_not_in_the_past(self, by, company):
        with pytest.raises(Invalid):
            log_interaction(company, by=by, summary="x", next_step_on=tomorrow(-1))

    def test_becomes_a_todo_and_shows_on_the_customer(self, by, company):
        log_interaction(company, by=by, summary="x", next_step="提交报价", next_step_on=tomorrow(3))
        todo = ToDo.unscoped.get(family="next_step")
        assert (todo.title, todo.owner_id) == ("提交报价", by.user_id)
        company.refresh_from_db()
        assert company.next_step_on == tomorrow(3)
        complete_todo(todo, by=by)
        company.refresh_from_db()
        assert company.next_step_on is None

    def test_fulfils_what_was_due_and_leaves_the_rest(self, by, company):
        log_interaction(company, by=by, summary="一", next_step_on=tomorrow(0))
        log_interaction(company, by=by, summary="二", next_step_on=tomorrow(9))
        assert ToDo.unscoped.filter(status="done").count() == 1
        row = log_interaction(company, by=by, summary="三", no_next_step=True)
        assert row.fulfilled == 0
        assert ToDo.unscoped.get(status="open").due_at.date() == tomorrow(9)


@pytest.mark.requirement("COM-002")
class TestOwnWords:
    def test_only_the_writer_edits_and_archives(self, by, me, company):
        row = log_interaction(company, by=by, summary="x", no_next_step=True)
        boss = actor(user("主管"), everything=True)
        with pytest.raises(Forbidden):
            edit_interaction(Interaction, row.pk, {"summary": "y"}, by=boss)
        with pytest.raises(Forbidden):
            archive_interaction(Interaction, row.pk, by=boss)
        assert edit_interaction(Interaction, row.pk, {"summary": "y"}, by=by).summary == "y"
        with pytest.raises(Invalid):
            edit_interaction(Interaction, row.pk, {"next_step_on": str(tomorrow())}, by=by)
        assert archive_interaction(Interaction, row.pk, by=by).archived_at

    def test_mention_tells_only_who_may_see_it(self, by, me, company, monkeypatch):
        insider, outsider = user("许听澜"), user("叶清和")
        rights = {insider.pk: actor(insider, everything=True), outsider.pk: actor(outsider)}
        monkeypatch.setattr(
            "zhike.interactions.actions.mentions.actor_for", lambda person: rights[person.pk]
        )
        row = log_interaction(company, by=by, summary="x", no_next_step=True)
        comment = add_comment(row, by=by, text="请@许听澜核算，@叶清和 看看，@无此人 呢")
        assert [n.user_id for n in Notice.unscoped.all()] == [insider.pk]
        assert Comment.unscoped.get(pk=comment.pk).extra["mentions"] == ["许听澜"]

    def test_empty_and_out_of_scope_comments(self, by, company):
        row = log_interaction(company, by=by, summary="x", no_next_step=True)
        with pytest.raises(Invalid):
            add_comment(row, by=by, text=" \n ")
        with pytest.raises(NotFound):
            add_comment(row.pk, by=actor(user("外人")), text="hi")


@pytest.mark.requirement("COM-005")
class TestToDos:
    @pytest.fixture
    def todo(self, by, company):
        values = {"title": "寄样", "customer": company.pk, "due_at": "2030-01-01 18:00"}
        return create_todo(ToDo, values, by=by)

    def test_complete_and_undo(self, by, todo):
        complete_todo(todo, by=by, result="已寄")
        with pytest.raises(Conflict):
            complete_todo(todo.pk, by=by)
        row = reopen_todo(todo.pk, by=by)
        assert (row.status, row.done_at, row.result) == ("open", None, "")

    def test_undo_ends_after_a_day(self, by, todo):
        complete_todo(todo, by=by)
        ToDo.unscoped.update(done_at=timezone.now() - dt.timedelta(days=2))
        with pytest.raises(Conflict):
            reopen_todo(todo.pk, by=by)

    def test_postpone_and_drop_ask_for_sense(self, by, todo):
        for bad in (tomorrow(-1), tomorrow(800)):
            with pytest.raises(Invalid):
                postpone_todo(todo.pk, by=by, until=bad)
        with pytest.raises(Invalid):
            drop_todo(todo.pk, by=by, reason="  ")
        assert drop_todo(todo.pk, by=by, reason="不需要").status == "dropped"

    def test_reassign_is_set_based_and_tells_once(self, by, company):
        heir = user("许听澜")
        values = {"title": "寄样", "customer": company.pk, "due_at": "2030-01-01 18:00"}
        ids = [create_todo(ToDo, values, by=by).pk for _ in range(4)]
        assert reassign_todos(ids, by=by, owner=heir.pk) == 4
        assert set(ToDo.unscoped.values_list("owner_id", flat=True)) == {heir.pk}
        assert Notice.unscoped.filter(user=heir).count() == 1

    def test_others_are_out_of_reach(self, todo):
        stranger = actor(user("外人"))
        for step in (complete_todo, reopen_todo):
            with pytest.raises(NotFound):
                step(todo.pk, by=stranger)
        assert reassign_todos([todo.pk], by=stranger, owner=stranger.user_id) == 0

    def test_state_is_not_written_directly(self, by):
        with pytest.raises(Invalid):
            create_todo(ToDo, {"title": "x", "due_at": "2030-01-01", "status": "done"}, by=by)


@pytest.mark.requirement("DAT-030")
class TestTimeline:
    def test_pages_by_key_without_gap_or_repeat(self, by, company):
        moment = timezone.now() - dt.timedelta(days=1)
        for number in range(7):
            log_interaction(
                company, by=by, summary=f"n{number}", no_next_step=True, occurred_at=moment
            )
        seen, after = [], ""
        while True:
            found = timeline.page(company.pk, by, group="contact", after=after, limit=3)
            seen += [entry.id for _, entry in found.entries]
            after = found.next
            if not after:
                break
        assert len(seen) == len(set(seen)) == 7

    @pytest.mark.parametrize(
        "cursor", ["x", "2026-01-01~a~1", "~~", "2026-01-01T00:00:00+00:00~a~-4"]
    )
    def test_broken_cursor(self, by, company, cursor):
        with pytest.raises(BadQuery):
            timeline.page(company.pk, by, after=cursor)

    def test_shows_only_what_the_reader_may_see(self, by, company):
        log_interaction(company, by=by, summary="秘密", no_next_step=True)
        stranger = actor(user("外人"))
        assert timeline.page(company.pk, stranger, group="contact").entries == []
