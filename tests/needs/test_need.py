"""A need from the first word to the day the customer hears what came of it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make
from zhike.identity.models import Notice
from zhike.interactions.actions import complete_todo
from zhike.interactions.models import ToDo
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.metric_store import compute, readings
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.needs.actions import (
    analyse_need,
    answer_need,
    ask_again,
    confirm_need,
    decline_need,
    deliver_need,
    edit_need,
    ensure_types,
    escalate,
    promise_need,
    reopen_need,
    tell_customer,
)
from zhike.needs.models import Need, NeedType
from zhike.needs.models.need import Source

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 4)


def todo(source: str) -> ToDo | None:
    return ToDo.unscoped.filter(source_key=source, status="open").first()


def figures() -> dict[str, float]:
    ids = [key for key in sorted(registry.metrics) if key.startswith("needs.")]
    return {r.metric.id: float(r.value) for r in readings(ids) if r.value is not None}


def promised(need, world, **values):
    return promise_need(
        need, by=world.by_ann, **{
            "delivering_unit": world.tec, "promised_on": TODAY + dt.timedelta(days=10),
            "promise": "三月中旬提供 5 公斤装。", "reason": "多家客户提出，产线可以改。", **values,
        },
    )  # fmt: skip


@pytest.mark.requirement("NEED-001")
def test_a_need_carries_what_the_handbook_asks_for(world, record):
    project = make("needs.project", customer=world.customer, owner=world.ann)
    need = record(
        source="survey", priority="high", due_on=TODAY + dt.timedelta(days=30),
        project=project.pk,
    )  # fmt: skip
    assert need.code.startswith("XQ-2026-")
    assert (need.owner_id, need.unit_id) == (world.ann.pk, world.unit.pk)
    assert (need.status, need.source, need.priority) == ("recorded", "survey", "high")
    assert need.project == project
    row = EventRow.objects.get(name="needs.need_recorded")
    assert row.subject_id == world.customer.pk


@pytest.mark.requirement("NEED-002")
def test_types_ship_and_are_extended(world, record):
    NeedType.unscoped.all().delete()
    assert ensure_types(by=SYSTEM(reason="test")) == 3
    names = set(NeedType.unscoped.values_list("name", flat=True))
    assert names == {"业务需求", "产品需求", "技术需求"}
    assert ensure_types(by=SYSTEM(reason="test")) == 0, "what people changed stays"
    more = make("needs.needtype", name="合规需求")
    assert record(type=more.pk).type == more
    with pytest.raises(Invalid) as refused:
        make("needs.needtype", name="合规需求")
    assert "已有同名" in str(refused.value.fields)


@pytest.mark.requirement("NEED-004")
@pytest.mark.parametrize("source", ["survey", "feedback", "industry", "competitor", "visit"])
def test_sources(world, record, source):
    assert record(source=source).get_source_display() == str(Source(source).label)


@pytest.mark.requirement("NEED-004")
def test_an_unknown_source_is_refused(record):
    with pytest.raises(Invalid) as refused:
        record(source="rumour")
    assert list(refused.value.fields) == ["source"]


def test_a_person_or_project_of_another_customer_is_refused(world, record):
    other = make("customers.customer", owner=world.ann)
    person = make("customers.person", customer=other, owner=world.ann)
    project = make("needs.project", customer=other, owner=world.ann)
    with pytest.raises(Invalid) as refused:
        record(person=person.pk, project=project.pk)
    assert set(refused.value.fields) == {"person", "project"}
    assert not Need.unscoped.exists()


@pytest.mark.requirement("NEED-015")
def test_the_clock_of_the_first_answer(world, record, clock):
    need = record(priority="high")  # noon on Wednesday: 5 hours today, 3 tomorrow
    assert timezone.localtime(need.answer_due_at).isoformat()[:16] == "2026-03-05T12:00"
    waiting = todo(f"needs.answer:{need.pk}")
    assert waiting.due_at == need.answer_due_at
    assert waiting.policy_id == "needs.answer_time"
    assert waiting.owner_id == world.ann.pk
    need = edit_need(Need, need, {"priority": "urgent"}, by=world.by_ann)
    assert timezone.localtime(need.answer_due_at).isoformat()[:16] == "2026-03-04T16:00"
    assert todo(f"needs.answer:{need.pk}").due_at == need.answer_due_at

    clock.move_to("2026-03-05T10:00:00+08:00")
    assert escalate() == 1
    assert escalate() == 0, "once"
    assert Notice.unscoped.filter(user=world.ann, title__contains="首次答复").count() == 1
    need = answer_need(need, by=world.by_ann, text="已转技术部评估，周五答复方案。")
    assert need.answer_minutes == 6 * 60
    assert todo(f"needs.answer:{need.pk}") is None
    with pytest.raises(Conflict):
        answer_need(need, by=world.by_ann, text="再答一次")


@pytest.mark.requirement("NEED-015")
def test_the_metric_of_first_answers(world, record, clock):
    first, second, _ahead = record(priority="urgent"), record(priority="urgent"), record()
    answer_need(first, by=world.by_ann, text="好的")
    clock.move_to("2026-03-05T10:00:00+08:00")
    compute(dt.date(2026, 3, 5))
    values = figures()
    assert values["needs.answered_on_time"] == 50.0, "one met, one overdue, one lies ahead"
    assert values["needs.open"] == 3
    answer_need(second, by=world.by_ann, text="好的")
    compute(dt.date(2026, 3, 5))
    assert figures()["needs.first_answer_hours"] == 3.0  # 0 and 6 working hours


@pytest.mark.requirement("NEED-008")
def test_analysis_needs_figures_in_range(world, record):
    need = record()
    with pytest.raises(Invalid):
        analyse_need(need, by=world.by_ann, importance=9, satisfaction=3, effort=5, value=-1, fit=3)
    need = analyse_need(
        need, by=world.by_ann, importance=9, satisfaction=3, effort=5, value=50_000, fit=3,
        kano="must", theme="小包装",
    )  # fmt: skip
    assert (need.status, need.importance, need.kano, need.theme) == (
        "analysed", 9, "must", "小包装",
    )  # fmt: skip


@pytest.mark.requirement("NEED-009")
def test_promise_delivery_and_confirmation(world, analysed):
    need = promised(analysed(), world)
    work = todo(f"needs.deliver:{need.pk}")
    assert (work.owner_id, work.unit_id) == (world.tech.pk, world.tec.pk)
    assert timezone.localtime(work.due_at).date() == need.promised_on
    need = deliver_need(need, by=world.by_tech, outcome="首批 200 桶已入库。")
    assert todo(f"needs.deliver:{need.pk}") is None
    assert todo(f"needs.confirm:{need.pk}").owner_id == world.ann.pk
    need = reopen_need(
        need, by=world.by_ann, reason="桶盖漏料", promised_on=TODAY + dt.timedelta(days=20)
    )
    assert (need.status, need.delivered_on) == ("promised", None)
    need = deliver_need(need, by=world.by_tech, outcome="换盖后重新发货。")
    person = make("customers.person", customer=world.customer, owner=world.ann)
    need = confirm_need(need, by=world.by_ann, confirmed_by=person, text="可以，就按这个发。")
    assert (need.status, need.confirmed_by) == ("confirmed", person)
    assert need.told_at is not None
    assert not ToDo.unscoped.filter(status="open", customer=world.customer).exists()


@pytest.mark.requirement("NEED-009")
def test_a_promise_has_a_department_a_day_and_words(world, analysed, record):
    need = analysed()
    for wrong in (
        {"delivering_unit": None},
        {"promised_on": TODAY - dt.timedelta(days=1)},
        {"promise": " "},
        {"reason": ""},
    ):
        with pytest.raises(Invalid) as refused:
            promised(need, world, **wrong)
        assert set(refused.value.fields) == set(wrong)
    with pytest.raises(Conflict):
        promised(record(), world)  # not analysed yet
    with pytest.raises(Conflict):
        deliver_need(need, by=world.by_ann, outcome="没有承诺过")
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(world.by_ann, "test"):
        Need.unscoped.filter(pk=need.pk).update(status="promised")


@pytest.mark.requirement("NEED-010")
def test_no_need_is_declined_without_reason_and_feedback(world, record):
    need = record()
    with pytest.raises(Invalid) as refused:
        decline_need(need, by=world.by_ann, reason="不做")
    assert list(refused.value.fields) == ["reason"]
    need = decline_need(need, by=world.by_ann, reason="用量太小，产线不经济。")
    assert (need.status, need.told_at) == ("declined", None)
    waiting = todo(f"needs.tell:{need.pk}")
    assert waiting.owner_id == world.ann.pk
    assert timezone.localtime(waiting.due_at).date() == dt.date(2026, 3, 6)
    complete_todo(waiting, by=world.by_ann, result="懒得打电话")
    assert ask_again() == 1, "ticked, but the customer was not told: it comes back"
    assert ask_again() == 0
    need = tell_customer(need, by=world.by_ann, told="电话告知王经理，建议改用 25 公斤装。")
    assert need.told_at is not None
    assert need.answered_at is not None, "what the customer heard is an answer too"
    assert todo(f"needs.tell:{need.pk}") is None
    assert ask_again() == 0


@pytest.mark.requirement("NEED-010")
def test_declined_and_told_in_one_step(world, record):
    need = decline_need(
        record(), by=world.by_ann, reason="用量太小，产线不经济。", told="当面说明，客户理解。"
    )
    assert need.told == "当面说明，客户理解。"
    assert todo(f"needs.tell:{need.pk}") is None
    with pytest.raises(Conflict):
        tell_customer(need, by=world.by_ann, told="再说一次")
    with pytest.raises(Conflict):
        edit_need(Need, need, {"title": "改名"}, by=world.by_ann)


@pytest.mark.requirement("NEED-010")
def test_the_customer_hears_of_a_promise_too(world, analysed):
    need = promised(analysed(), world)
    assert todo(f"needs.tell:{need.pk}") is not None
    need = tell_customer(need, by=world.by_ann, told="三月中旬有货。")
    assert todo(f"needs.tell:{need.pk}") is None


def test_a_colleague_sees_and_changes_nothing(world, record):
    from tests.factories import actor, make_user
    from zhike.kernel.errors import NotFound

    need = record()
    other = actor(make_user("other", grants={("*", "view"): "own", ("*", "change"): "own"}))
    assert not Need.objects.visible_to(other).exists()
    with pytest.raises(NotFound):
        decline_need(need.pk, by=other, reason="不是我的客户的需求")
    nobody = actor(make_user("nobody"))
    with pytest.raises(Forbidden):
        answer_need(need.pk, by=nobody, text="好的")


@pytest.mark.requirement("ORG-023")
def test_open_needs_pass_on_with_their_customer(world, record):
    from zhike.identity.actions.handover import Share, hand_over

    first, second = record(), record()
    decline_need(second, by=world.by_ann, reason="用量太小，产线不经济。", told="已说明")
    heir = make("identity.user")
    receipt = hand_over(world.ann, [Share(to=heir.pk)], by=world.by_boss)
    first.refresh_from_db()
    second.refresh_from_db()
    assert receipt.counts["needs.need"] == 1
    assert (first.owner_id, second.owner_id) == (heir.pk, world.ann.pk)
