"""What needs lead to: suggestions, improvements, reviews, the board; and research before them."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import actor, make, make_user
from zhike.identity.models import Notice
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.needs.actions import (
    ask_for_reviews,
    confirm_suggestion,
    decide_idea,
    decide_review,
    dismiss_suggestion,
    edit_idea,
    finish_research,
    link_need,
    listen,
    release_improvement,
    remark_idea,
    start_research,
    stop_research,
    tell_improvement,
    vote_idea,
)
from zhike.needs.models import Idea, ImprovementNeed, Need, StrategyReview, Suggestion, Vote

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("NEED-007")
def test_research_from_plan_to_findings(world, record):
    row = make("needs.research", owner=world.boss, sample_size=12)
    with pytest.raises(Conflict):
        finish_research(row, by=world.by_boss, answers=5, findings="还没开始")
    start_research(row, by=world.by_boss)
    with pytest.raises(Invalid) as refused:
        finish_research(row, by=world.by_boss, answers=13, findings=" ")
    assert set(refused.value.fields) == {"answers", "findings"}
    done = finish_research(row, by=world.by_boss, answers=11, findings="九家要小包装。")
    assert (done.status, done.answers) == ("done", 11)
    need = record(source="research", research=row.pk, by=world.by_boss)
    assert list(Need.unscoped.filter(research=row)) == [need]
    with pytest.raises(Conflict):
        stop_research(row, by=world.by_boss, reason="太晚")
    today = timezone.localdate()
    with pytest.raises(Invalid):
        make("needs.research", starts_on=today, due_on=today - dt.timedelta(days=1))


@pytest.mark.requirement("NEED-011")
def test_notes_give_suggestions_that_a_person_decides(world):
    note = make(
        "interactions.interaction", customer=world.customer, owner=world.ann,
        summary="拜访采购部。客户希望增加 5 公斤小包装。抱怨到货太慢，影响生产！天气不错。无需改价。",
    )  # fmt: skip
    assert listen(note.pk) == 2
    assert listen(note.pk) == 0, "a sentence is suggested once"
    need, pain = Suggestion.unscoped.order_by("id")
    assert (need.kind, need.words, need.quote) == (
        "need",
        "希望、包装",
        "客户希望增加 5 公斤小包装。",
    )
    assert (pain.kind, pain.words) == ("pain", "抱怨、太慢、影响生产、到货")
    assert not Need.unscoped.exists(), "nothing becomes a need by itself"
    made = confirm_suggestion(need, by=world.by_ann, title="5 公斤小包装", type=world.type)
    assert (made.status, made.need.description) == ("confirmed", need.quote)
    assert made.need.customer == world.customer
    dismiss_suggestion(pain, by=world.by_ann, reason="已处理")
    with pytest.raises(Conflict):
        confirm_suggestion(pain, by=world.by_ann, title="到货慢", type=world.type)
    assert listen(note.pk) == 0


@pytest.mark.requirement("NEED-014")
def test_an_improvement_tells_the_customers_who_asked(world, record):
    need = record()
    row = make("needs.improvement", title="小包装产线")
    link = link_need(row, by=world.by_boss, need=need)
    with pytest.raises(Invalid):
        link_need(row, by=world.by_boss, need=need)
    with pytest.raises(Conflict):
        tell_improvement(link, by=world.by_boss)
    with pytest.raises(Invalid):
        release_improvement(row, by=world.by_boss, released_on=dt.date(2026, 3, 5))
    release_improvement(row, by=world.by_boss)
    todo = ToDo.unscoped.get(source_key=f"needs.improved:{link.pk}", status="open")
    assert (todo.owner_id, todo.customer) == (world.ann.pk, world.customer)
    tell_improvement(link, by=world.by_boss)
    todo.refresh_from_db()
    assert todo.status == "done"
    assert ImprovementNeed.unscoped.get().told_at is not None
    later = link_need(row, by=world.by_boss, need=record(title="也要小包装"))
    assert ToDo.unscoped.filter(source_key=f"needs.improved:{later.pk}").exists()


@pytest.mark.requirement("NEED-012")
def test_changing_needs_bring_a_review_to_the_product_team(world, record):
    make("identity.orgunit", kind="product", leader=world.tech)
    today = timezone.localdate()
    for number in range(3):
        customer = make("customers.customer", owner=world.ann)
        record(customer=customer.pk, theme="小包装", title=f"小包装{number}")
    record(theme="账期")
    assert ask_for_reviews(today) == 1
    assert ask_for_reviews(today) == 0
    row = StrategyReview.unscoped.get()
    assert (row.theme, row.owner, row.facts["customers_now"]) == ("小包装", world.tech, 3)
    assert ToDo.unscoped.get(source_key=f"needs.review:{row.pk}").owner_id == world.tech.pk
    assert Notice.unscoped.filter(user=world.tech, title__contains="小包装").exists()
    with pytest.raises(Invalid):
        decide_review(row, by=world.by_tech, status="adjust", decision="")
    decide_review(row, by=world.by_tech, status="adjust", decision="二季度推出 5 公斤装。")
    assert ToDo.unscoped.get(source_key=f"needs.review:{row.pk}").status == "done"
    assert ask_for_reviews(today) == 0, "decided within the window"


@pytest.mark.requirement("NEED-012")
def test_a_theme_that_did_not_grow_is_left_alone(world, record, clock):
    customers = [make("customers.customer", owner=world.ann) for _n in range(3)]
    clock.move_to("2025-11-20T12:00:00+08:00")
    for customer in customers:
        record(customer=customer.pk, theme="账期")
    clock.move_to("2026-02-20T12:00:00+08:00")
    for customer in customers:
        record(customer=customer.pk, theme="账期")
    assert ask_for_reviews() == 0


@pytest.mark.requirement("NEED-013")
def test_the_board_proposes_votes_comments_and_tells(world):
    row = make("needs.idea", owner=world.ann, customer=world.customer)
    vote_idea(row, by=world.by_boss)
    with pytest.raises(Conflict):
        vote_idea(row, by=world.by_boss)
    other = make("customers.customer", owner=world.ann)
    row = vote_idea(row, by=world.by_tech, customer=other)
    assert row.votes_count == 2
    remark_idea(row, by=world.by_tech, text="实验室数据可以开放。")
    assert Notice.unscoped.filter(user=world.ann, title__contains="评论").exists()
    with pytest.raises(Invalid):
        decide_idea(row, by=world.by_boss, status="accepted", result=" ")
    with pytest.raises(Conflict):
        edit_idea(Idea, row, {"title": "改名"}, by=world.by_ann)
    row = decide_idea(row, by=world.by_boss, status="accepted", result="四月上线查询页。")
    told = Notice.unscoped.filter(title__contains="已采纳").values_list("user_id", flat=True)
    assert set(told) == {world.ann.pk, world.boss.pk, world.tech.pk}
    asked = ToDo.unscoped.filter(source_key__startswith=f"needs.idea:{row.pk}:")
    assert {t.customer_id for t in asked} == {world.customer.pk, other.pk}
    with pytest.raises(Conflict):
        vote_idea(row, by=world.by_head)


@pytest.mark.requirement("NEED-013")
def test_only_the_author_changes_a_proposal_and_only_some_decide(world):
    row = make("needs.idea", owner=world.ann)
    with pytest.raises(Forbidden):
        edit_idea(Idea, row, {"title": "改名"}, by=world.by_tech)
    assert edit_idea(Idea, row, {"title": "在线报告"}, by=world.by_ann).title == "在线报告"
    voter = actor(make_user("voter", grants={("needs.idea", "view"): "all"}))
    with pytest.raises(Forbidden):
        decide_idea(row, by=voter, status="declined", result="不做")


@pytest.mark.requirement("NEED-013")
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_vote():
    voter = make_user("clicker", grants={("needs.idea", "view"): "all"})
    by, idea = actor(voter), make("needs.idea")
    refused: list[Exception] = []

    def click() -> None:
        try:
            vote_idea(idea.pk, by=by)
        except (Conflict, Invalid) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 5
    assert Vote.unscoped.filter(idea=idea).count() == 1
    assert Idea.unscoped.get(pk=idea.pk).votes_count == 1
