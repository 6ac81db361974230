"""Actions as buttons and forms, set actions over chosen rows and over a whole filter."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import pytest
from django.db.models import F, QuerySet

from tests.factories import make, make_user
from tests.web.conftest import KEY, LIST, htmx
from zhike.customers.models import Customer
from zhike.identity.models import Notice
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.outcome import Outcome
from zhike.kernel.registry import registry
from zhike.web import jobs


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """Three actions on customers, for the time of a test."""

    @action("customers.try_note", on=Customer, title="试写备注", icon="edit")
    def try_note(
        row: Customer, *, by: Actor, note: Annotated[str, kinds.Text("说明")],
        on: Annotated[date, kinds.Date("日期")],
    ) -> Outcome:  # fmt: skip
        row.note = f"{note} {on}"
        store(row, by=by, fields=["note"])
        return Outcome("已写好备注", undo=f"{LIST}{row.pk}/try-clear/")

    @action("customers.try_clear", on=Customer, title="试清备注", icon="x",
            available=lambda row, _by: row.note != "")  # fmt: skip
    def try_clear(row: Customer, *, by: Actor) -> None:
        row.note = ""
        store(row, by=by, fields=["note"])

    @action("customers.try_mark", on=Customer, title="试打标记", icon="tag", many=True)
    def try_mark(
        rows: "QuerySet[Customer]", *, by: Actor, note: Annotated[str, kinds.Text("标记")]
    ) -> int:
        return rows.update(note=note, version=F("version") + 1)

    yield
    for name in ("try_note", "try_clear", "try_mark"):
        del registry.actions[f"customers.{name}"]


def test_an_action_with_fields_opens_a_form_and_offers_undo(browser: Any, customer: Any) -> None:
    url = f"{LIST}{customer.pk}/try-note/"
    assert "<dialog" in browser.get(url, **htmx("dialog")).content.decode()
    assert "<html" in browser.get(url).content.decode()
    bad = browser.post(url, {"note": "", "on": "2026-13-01"})
    assert bad.status_code == 422
    assert 'id="id_on-error"' in bad.content.decode()
    sent = {"note": "来访", "on": "2026-03-04", "key": "k1", "version": customer.version}
    assert browser.post(url, sent)["Location"] == f"{LIST}{customer.pk}/"
    browser.post(url, sent)
    fresh = Customer.unscoped.get(pk=customer.pk)
    assert (fresh.note, fresh.version) == ("来访 2026-03-04", customer.version + 1)
    html = browser.get(LIST).content.decode()
    assert "已写好备注" in html
    assert f'action="{LIST}{customer.pk}/try-clear/"' in html


def test_state_right_and_scope_are_checked(browser: Any, signed_in: Any, customer: Any) -> None:
    clear = f"{LIST}{customer.pk}/try-clear/"
    assert browser.post(clear).status_code == 409
    reader = signed_in(make_user("ann", grants={(KEY, "view"): "all"}))
    assert reader.post(clear).status_code == 403
    own = signed_in(make_user("eve", grants={(KEY, "*"): "own"}))
    assert own.post(clear).status_code == 404
    assert browser.post(f"{LIST}{customer.pk}/nosuch/").status_code == 404
    old = {"note": "x", "on": "2026-03-04", "version": "99"}
    assert browser.post(f"{LIST}{customer.pk}/try-note/", old).status_code == 409


def test_set_action_on_chosen_rows_asks_then_acts(browser: Any, signed_in: Any, boss: Any) -> None:
    rows = [make(KEY, owner=boss) for _ in range(3)]
    assert 'name="id"' in browser.get(LIST).content.decode()
    url = f"{LIST}batch/try-mark/"
    asked = browser.post(url, {"id": [rows[0].pk, rows[1].pk], "query": "lifecycle=loyal"})
    assert 'name="confirmed"' in asked.content.decode()
    sent = {"id": [rows[0].pk, rows[1].pk], "confirmed": "1", "note": "重点", "query": "q=x"}
    assert browser.post(url, sent)["Location"] == f"{LIST}?q=x"
    assert Customer.unscoped.filter(note="重点").count() == 2
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {"id": ["x"]}).status_code == 422
    own = signed_in(make_user("eve", grants={(KEY, "*"): "own"}))
    own.post(url, {**sent, "note": "越权"})
    assert not Customer.unscoped.filter(note="越权").exists()


def test_set_action_on_a_whole_filter(browser: Any, boss: Any) -> None:
    for number in range(4):
        make(KEY, owner=boss, lifecycle="loyal" if number else "lost")
    sent = {"all": "1", "confirmed": "1", "note": "忠诚客户", "query": "lifecycle=loyal"}
    browser.post(f"{LIST}batch/try-mark/", sent)
    assert Customer.unscoped.filter(note="忠诚客户").count() == 3


def test_a_large_set_runs_as_a_job_with_progress_and_notice(
    browser: Any, boss: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from zhike.web.views import batch

    monkeypatch.setattr(batch, "AT_ONCE", 2)
    monkeypatch.setattr(jobs, "CHUNK", 2)
    for _ in range(5):
        make(KEY, owner=boss)
    sent = {"all": "1", "confirmed": "1", "note": "批量", "query": ""}
    answer = browser.post(f"{LIST}batch/try-mark/", sent)
    progress = answer["Location"]
    assert progress.startswith("/batches/")
    assert "0 / 5" in browser.get(progress).content.decode()
    job = ProcrastinateJob.objects.get(task_name="web.run_batch")
    jobs._batch(**job.args)
    assert Customer.unscoped.filter(note="批量").count() == 5
    assert "5 / 5" in browser.get(progress).content.decode()
    assert "共 5 条" in Notice.unscoped.get(user=boss).title
    jobs._batch(**job.args)
    assert Notice.unscoped.filter(user=boss).count() == 1
