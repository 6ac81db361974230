"""Teams across departments, the experience group's queue, suggestions, and the process library."""

import datetime as dt

import pytest

from tests.factories import make
from tests.identity.world import BY, actor
from zhike.identity.actions.handover import Share, hand_over
from zhike.identity.actions.people import deactivate
from zhike.identity.models import Notice
from zhike.interactions.actions import log_interaction
from zhike.interactions.models import ToDo
from zhike.kernel.actions import create_record
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.registry import registry
from zhike.teamwork.actions.feedback import settle_feedback, take_from_interaction, turn_into_item
from zhike.teamwork.actions.improvement import (
    analyse_cause,
    check_effect,
    create_item,
    finish_measure,
    verify_measure,
)
from zhike.teamwork.actions.processes import add_part, publish_process, remove_part, revise_process
from zhike.teamwork.actions.suggestions import (
    answer_suggestion,
    submit_suggestion,
    triage_suggestion,
)
from zhike.teamwork.actions.teams import check_all_teams, create_team, leave_seat, seat_member
from zhike.teamwork.models import (
    Feedback,
    ImprovementItem,
    Process,
    ProcessRole,
    ProcessStep,
    Suggestion,
    Team,
    TeamSeat,
)
from zhike.teamwork.queries import board, feedback_queue, incomplete_teams, process_matrix

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 3, 20)


def seat(team, user, function, by):
    return seat_member(TeamSeat, {"team": team.pk, "user": user.pk, "function": function}, by=by)


@pytest.mark.requirement("ORG-011")
def test_a_crm_team_warns_while_a_function_is_missing(firm):
    lead = actor(firm.lead)
    team = create_team(Team, {"name": "客户关系管理团队", "kind": "crm"}, by=lead)
    assert team.missing == "销售、市场、服务、技术"
    seat(team, firm.ann, "sales", lead)
    seat(team, firm.bob, "service", lead)
    seat(team, firm.boss, "marketing", lead)
    assert [one.pk for one in incomplete_teams(lead)] == [team.pk]
    last = seat(team, firm.eve, "technology", lead)
    team.refresh_from_db()
    assert team.missing == ""
    assert not incomplete_teams(lead)
    with pytest.raises(Invalid):
        seat(team, firm.eve, "service", lead)
    leave_seat(TeamSeat, last, by=lead)
    team.refresh_from_db()
    assert team.missing == "技术"
    assert Notice.unscoped.filter(user=firm.lead, title__contains="缺少技术人员").exists()


@pytest.mark.requirement("ORG-011")
def test_somebody_who_left_leaves_a_gap(firm):
    lead = actor(firm.lead)
    team = create_team(Team, {"name": "团队", "kind": "crm"}, by=lead)
    for user, function in (
        (firm.ann, "sales"), (firm.bob, "service"), (firm.boss, "marketing"), (firm.eve, "technology"),
    ):  # fmt: skip
        seat(team, user, function, lead)
    deactivate(firm.eve, by=BY)
    check_all_teams()
    team.refresh_from_db()
    assert team.missing == "技术"


@pytest.mark.requirement("ORG-012")
def test_what_a_customer_says_reaches_the_group_and_becomes_an_item(firm):
    eve = actor(firm.eve)
    row = log_interaction(
        firm.customer, by=actor(firm.ann), summary="交货晚了两天", direction="in",
        no_next_step=True,
    )  # fmt: skip
    ours = log_interaction(firm.customer, by=actor(firm.ann), summary="致歉", no_next_step=True)
    assert take_from_interaction(ours.pk) is None
    found = take_from_interaction(row.pk)
    assert take_from_interaction(row.pk) is None
    assert list(feedback_queue(eve)) == [found]
    item = turn_into_item(found, by=eve, title="缩短交货时间", owner=firm.bob, due_on=DUE)
    assert not feedback_queue(eve)
    assert item.evidence == "交货晚了两天"
    assert item.customer_id == firm.customer.pk
    columns = {column.status: column.items for column in board(eve).columns}
    assert columns["open"] == [item]
    with pytest.raises(Conflict):
        settle_feedback(found, by=eve, answer="已说明")
    assert Feedback.unscoped.get().status == "turned"


@pytest.mark.requirement("ORG-032")
def test_an_item_goes_its_whole_way_and_again_if_it_failed(firm):
    bob, eve = actor(firm.bob), actor(firm.eve)
    item = create_item(
        ImprovementItem,
        {"title": "缩短交货时间", "source": "complaint", "due_on": DUE, "owner": firm.bob.pk},
        by=eve,
    )
    assert ToDo.unscoped.get(owner=firm.bob, status="open").title == "分析原因：缩短交货时间"
    with pytest.raises(Conflict):
        finish_measure(item, by=bob)
    with pytest.raises(Invalid):
        analyse_cause(item, by=bob, root_cause=" ", measure="x")
    for round_number in (1, 2):
        item.refresh_from_db()
        assert item.rounds == round_number
        analyse_cause(item, by=bob, root_cause="排产晚", measure="提前锁定")
        finish_measure(item, by=bob)
        with pytest.raises(Conflict, match="以外"):
            verify_measure(item, by=bob, verification="已做")
        verify_measure(item, by=eve, verification="抽查 10 单")
        check_effect(item, by=eve, effect="观察一月", effective=round_number == 2)
    item.refresh_from_db()
    assert (item.status, item.closed_on, item.verified_by_id) == (
        "closed", dt.date(2026, 3, 4), firm.eve.pk,
    )  # fmt: skip
    assert not ToDo.unscoped.filter(status="open", owner=firm.bob).exists()
    with pytest.raises(Conflict):
        analyse_cause(item, by=bob, root_cause="x", measure="y")


@pytest.mark.requirement("ORG-032")
def test_an_item_must_be_possible(firm):
    eve = actor(firm.eve)
    with pytest.raises(Invalid) as refused:
        create_item(
            ImprovementItem,
            {"title": "x", "source": "audit", "due_on": dt.date(2026, 3, 3)},
            by=eve,
        )
    assert "due_on" in refused.value.fields
    assert not ImprovementItem.unscoped.exists()


@pytest.mark.requirement("ORG-033")
def test_a_suggestion_is_given_on_answered_and_honoured(firm):
    ann, lead, bob = actor(firm.ann), actor(firm.lead), actor(firm.bob)
    row = submit_suggestion(Suggestion, {"title": "回访前先看工单", "text": "减少重复询问"}, by=ann)
    assert row.owner_id == firm.ann.pk
    with pytest.raises(Forbidden):
        triage_suggestion(row, by=ann, handler=firm.bob)
    triage_suggestion(row, by=lead, handler=firm.bob)
    todo = ToDo.unscoped.get(owner=firm.bob, status="open")
    assert todo.due_at.date() == dt.date(2026, 3, 18)  # ten working days
    with pytest.raises(Conflict):
        answer_suggestion(row, by=lead, answer="好")
    with pytest.raises(Invalid):
        answer_suggestion(row, by=bob, answer="好", adopted=True)
    answer_suggestion(row, by=bob, answer="很好，下月起执行", adopted=True, due_on=DUE)
    row.refresh_from_db()
    assert (row.status, row.credit) == ("adopted", 10)
    item = ImprovementItem.unscoped.get()
    assert (item.source, item.owner_id) == ("suggestion", firm.bob.pk)
    told = Notice.unscoped.get(user=firm.ann)
    assert "已采纳" in told.title
    assert "10" in told.title


@pytest.mark.requirement("ORG-033")
def test_declined_earns_nothing_and_others_do_not_see_it(firm):
    lead, bob = actor(firm.lead), actor(firm.bob)
    row = submit_suggestion(Suggestion, {"title": "取消回访", "text": "太多"}, by=actor(firm.ann))
    with pytest.raises(NotFound):
        answer_suggestion(row, by=bob, answer="不")
    triage_suggestion(row, by=lead, handler=firm.bob)
    answer_suggestion(row, by=bob, answer="回访是制度要求")
    row.refresh_from_db()
    assert (row.status, row.credit) == ("declined", 0)
    assert not ImprovementItem.unscoped.exists()


@pytest.mark.requirement("ORG-016")
def test_no_process_without_an_accountable_role(firm):
    lead = actor(firm.lead)
    process = create_record(Process, {"name": "客户回访", "code": "LC-1"}, by=lead)
    with pytest.raises(Invalid, match="还没有步骤"):
        publish_process(process, by=lead)
    steps = [
        add_part(ProcessStep, {"process": process.pk, "number": n, "name": name}, by=lead)
        for n, name in ((1, "制定计划"), (2, "执行回访"))
    ]
    sales, crm = make("identity.role", name="销售员"), make("identity.role", name="主管岗")
    add_part(ProcessRole, {"step": steps[0].pk, "role": crm.pk, "part": "a"}, by=lead)
    add_part(ProcessRole, {"step": steps[1].pk, "role": sales.pk, "part": "r"}, by=lead)
    with pytest.raises(Invalid, match=r"2\. 执行回访"):
        publish_process(process, by=lead)
    assert [str(step) for step in process_matrix(process.pk, lead).lacking] == ["2. 执行回访"]
    held = add_part(ProcessRole, {"step": steps[1].pk, "role": crm.pk, "part": "a"}, by=lead)
    second = make("identity.role")
    with pytest.raises(Invalid):
        add_part(ProcessRole, {"step": steps[1].pk, "role": second.pk, "part": "a"}, by=lead)
    publish_process(process, by=lead)
    with pytest.raises(Conflict, match="修订"):
        remove_part(ProcessRole, held, by=lead)
    with pytest.raises(Forbidden):
        revise_process(process, by=actor(firm.ann))
    matrix = process_matrix(process.pk, actor(firm.ann))
    assert [cells for _step, cells in matrix.rows] in (
        [["", "A"], ["R", "A"]], [["A", ""], ["A", "R"]],
    )  # fmt: skip
    revise_process(process, by=lead)
    remove_part(ProcessRole, held, by=lead)
    with pytest.raises(Invalid):
        publish_process(process, by=lead)


def test_a_leavers_work_passes_on(firm):
    eve = actor(firm.eve)
    item = create_item(
        ImprovementItem,
        {"title": "x", "source": "audit", "due_on": DUE, "owner": firm.bob.pk},
        by=eve,
    )
    meeting = make("teamwork.alignmentmeeting", customer=firm.customer, owner=firm.bob)
    conflict = make(
        "teamwork.actionconflict", customer=firm.customer, owner=firm.ann, other=firm.bob
    )
    make("teamwork.suggestion", owner=firm.bob, title="旧建议")
    hand_over(firm.bob, [Share(to=firm.eve.pk)], by=actor(firm.lead), reason="离职")
    for row, name in ((item, "owner_id"), (meeting, "owner_id"), (conflict, "other_id")):
        row.refresh_from_db()
        assert getattr(row, name) in {firm.eve.pk, firm.ann.pk}
    assert Suggestion.unscoped.get().owner_id == firm.bob.pk


@pytest.mark.parametrize(
    ("policy", "facts", "params", "outcome"),
    [
        ("team_composition", {"kind": "crm", "functions": ["sales", "other"]}, {},
         ["marketing", "service", "technology"]),
        ("team_composition", {"kind": "crm"}, {"required": {"crm": []}}, []),
        ("alignment_schedule", {"grade": "vip", "since": "2026-03-01", "today": "2026-03-04"}, {},
         "2026-03-31"),
        ("alignment_schedule", {"grade": "bronze", "since": "2026-03-01", "today": "2026-03-04"},
         {}, None),
        ("suggestion_credit", {"adopted": True}, {"credit": 30}, 30),
        ("suggestion_credit", {"adopted": False}, {}, 0),
        ("upward_report", {"today": "2026-03-01"}, {},
         {"starts_on": "2026-02-01", "ends_on": "2026-02-28"}),
        ("upward_report", {"today": "2026-01-05"}, {"day_of_month": 6}, None),
        ("upward_report", {"today": "2026-01-06"}, {"day_of_month": 6},
         {"starts_on": "2025-12-01", "ends_on": "2025-12-31"}),
    ],
)  # fmt: skip
def test_rules(policy, facts, params, outcome):
    rule = registry.policies[f"teamwork.{policy}"]
    decision = rule.decide(rule.Facts(**facts), rule.parse(params))
    assert decision.outcome == outcome
