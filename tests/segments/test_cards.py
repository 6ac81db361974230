"""Strategy cards become to-dos, reviews are opened and signed, tags expire, capacity decides."""

import datetime as dt

import pytest

from tests.factories import BY_TEST, actor, make, make_user
from tests.segments.conftest import TODAY, bought, customer, publish
from zhike.customers.actions import expire_tags, put_tags, set_tags
from zhike.identity.models import Notice, Role
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.segments.actions import (
    carry_out,
    complete_review,
    open_card,
    open_due_review,
    return_review,
    run_schemes,
    sign_review,
)
from zhike.segments.jobs import nightly
from zhike.segments.models import ClassReview, ClassRun
from zhike.segments.policies import CapacityFacts
from zhike.segments.queries.capacity import loads, suggestions
from zhike.segments.queries.profile import profile, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def boss():
    return actor(make_user("boss", grants={("*", "*"): "all"}))


def write(scheme, code, by, **values):
    card = open_card(scheme, code, by=by)
    for name, value in values.items():
        setattr(card, name, value)
    card.save()
    return card


@pytest.mark.requirement("SEG-042")
def test_cards_make_todos_for_members_at_their_cadence(boss, clock):
    owner = make_user("seller")
    core = customer("甲", owner=owner)
    bought(core, 600_000, 5)
    nobody = customer("乙")
    bought(nobody, 600_000, 5)
    vip = customer("丙", owner=owner, grade="vip")
    write("segments.resource", "core", boss, strategy="面访", task="月度面访", cadence_days=30)
    write("customers.grade", "vip", boss, task="总经理问候")
    run_schemes(TODAY, BY_TEST)
    assert carry_out(TODAY, BY_TEST) == 2, "without an owner nobody is told"
    assert carry_out(TODAY, BY_TEST) == 0
    todo = ToDo.unscoped.get(customer=core)
    assert (todo.title, todo.owner_id, todo.policy_id) == (
        "月度面访",
        owner.pk,
        "segments.resource",
    )
    assert ToDo.unscoped.get(customer=vip).title == "总经理问候"
    ToDo.unscoped.update(status="done")
    assert carry_out(TODAY, BY_TEST) == 0, "the cadence is not over"
    clock.shift(dt.timedelta(days=31))
    assert carry_out(TODAY + dt.timedelta(days=31), BY_TEST) == 1
    found = profile("segments.resource", "core", boss)
    assert (found.members, found.todos_open, found.todos_done) == (2, 1, 1)
    classes, cards = standing(core, boss)
    assert [one.label for one in classes if one.scheme == "segments.resource"] == ["核心客户"]
    assert [(label, card.strategy) for label, card in cards] == [("核心客户", "面访")]


@pytest.mark.requirement("DAT-036")
def test_a_card_belongs_to_a_class_and_keeps_its_versions(boss):
    card = open_card("segments.value", "high", by=boss)
    assert open_card("segments.value", "high", by=boss).pk == card.pk
    edit = registry.resource("segments.classcard").edit
    row = edit(type(card), card.pk, {"strategy": "一"}, by=boss)
    edit(type(card), card.pk, {"strategy": "二"}, by=boss, version=row.version)
    with pytest.raises(Conflict):
        edit(type(card), card.pk, {"strategy": "三"}, by=boss, version=row.version)
    history = card._meta.get_field("events").related_model.objects.filter(pgh_obj_id=card.pk)
    assert set(history.values_list("strategy", flat=True)) == {"", "一", "二"}
    with pytest.raises(Invalid):
        open_card("segments.value", "golden", by=boss)
    with pytest.raises(Forbidden):
        open_card("segments.value", "low", by=actor(make_user("reader")))


@pytest.mark.requirement("SEG-034")
def test_a_review_is_due_after_each_period_and_signed_by_another(boss):
    writer = make_user("writer", grants={("*", "*"): "all"})
    role = Role.unscoped.filter(code="crm_supervisor").first() or make(
        "identity.role", code="crm_supervisor"
    )
    make("identity.roleassignment", user=writer, role=role)
    customer("甲", since=dt.date(2024, 1, 1))
    nightly(0)
    row = ClassReview.unscoped.get()
    assert (str(row.period), row.due_on) == ("2025年第 4 季度", dt.date(2026, 1, 21))
    assert row.figures["segments.resource"] == {"potential": 1}
    assert Notice.unscoped.filter(user=writer, url=f"/segments/classreview/{row.pk}/").exists()
    assert open_due_review(TODAY, BY_TEST) is None, "once for each period"
    with pytest.raises(Invalid):
        complete_review(row, by=actor(writer), findings=" ")
    with pytest.raises(Conflict):
        sign_review(row, by=boss)
    complete_review(row, by=actor(writer), findings="潜在客户偏多", adjustments="增加试样")
    with pytest.raises(Forbidden):
        sign_review(row, by=actor(writer))
    return_review(row, by=boss, opinion="补充数据")
    complete_review(row, by=actor(writer), findings="潜在客户偏多，占 60%")
    sign_review(row, by=boss, opinion="同意")
    row.refresh_from_db()
    assert (row.status, row.signed_by_id, row.signed_on) == ("signed", boss.user_id, TODAY)
    publish("segments.review_cycle", {"every": "half_year", "days": 30})
    other = open_due_review(TODAY, BY_TEST)
    assert other is not None
    assert (str(other.period), other.due_on) == ("2025年第 2 半年", dt.date(2026, 1, 31))


def test_the_night_runs_twice_without_harm():
    customer("甲")
    nightly(0)
    nightly(0)
    assert ClassRun.unscoped.count() == 10
    assert ClassReview.unscoped.count() == 1


@pytest.mark.requirement("DAT-035")
def test_tags_carry_source_confidence_and_days(boss):
    row = customer("甲")
    put_tags([row.pk], "价格敏感", by=boss, source="model", confidence=70, dimension="attitude",
             expires_on=TODAY + dt.timedelta(days=1))  # fmt: skip
    tag = row.tags.select_related("tag").get()
    assert (tag.source, tag.confidence, tag.valid_from, tag.tag.dimension) == (
        "model", 70, TODAY, "attitude",
    )  # fmt: skip
    row.refresh_from_db()
    assert row.tag_names == "价格敏感"
    with pytest.raises(Invalid):
        set_tags([row], by=boss, tags="重点", expires_on=TODAY)
    put_tags([row.pk], "价格敏感", by=boss, source="model", confidence=90)
    assert row.tags.get().confidence == 90, "a newer word of the model replaces the older"
    row.tags.update(valid_from=TODAY - dt.timedelta(days=3), expires_on=TODAY)
    assert expire_tags(TODAY, by=BY_TEST) == 1
    row.refresh_from_db()
    assert row.tag_names == ""
    resource = registry.resource("customers.customertag")
    values = {"customer": row.pk, "tag": make("customers.tag").pk, "source": "model"}
    for wrong in ({"confidence": 101}, {"expires_on": "2026-03-04"}):
        with pytest.raises(Invalid):
            resource.create(resource.model, {**values, **wrong}, by=boss)


@pytest.mark.requirement("SEG-043")
def test_capacity_by_grade_and_in_all():
    policy = registry.policies["segments.capacity"]
    params = policy.parse({"most": {"vip": 2, "gold": None}, "total": 5})
    decide = lambda **held: policy.decide(CapacityFacts(held=held), params).outcome  # noqa: E731
    assert decide(vip=2, gold=3) == {}
    assert decide(vip=3) == {"vip": 1}
    assert decide(vip=2, gold=4) == {"total": 1}
    for wrong in ({"most": {"diamond": 1}}, {"most": {"vip": 0}}, {"total": 0}):
        with pytest.raises(BadParams):
            policy.parse(wrong)


@pytest.mark.requirement("SEG-043")
def test_nobody_is_filled_beyond_his_own_limit(boss):
    full, free, near = (make_user(name) for name in ("full", "free", "near"))
    unit = make("identity.orgunit")
    rows = [customer(f"第{n}", owner=full, unit=unit, grade="vip") for n in range(6)]
    customer("近", owner=near, unit=unit, grade="vip")
    customer("远", owner=free, grade="gold")
    publish("segments.capacity", {"most": {"vip": 2}, "total": 300})
    found = loads(boss)
    assert found[0].owner_id == full.pk
    assert found[0].excess == {"vip": 4}
    made = suggestions(boss, found)
    assert [(one.to_id, len(one.customers)) for one in made] == [(near.pk, 1), (free.pk, 2)]
    moved = [pk for one in made for pk, _name in one.customers]
    assert len(set(moved)) == 3
    assert set(moved) <= {row.pk for row in rows}
