"""Segments: every criterion, nesting, broken conditions, scope, lists, to-dos, tags."""

import datetime as dt
import json
import random

import pytest

from tests.factories import BY_TEST, actor, make, make_user
from tests.segments.conftest import TODAY, bought, customer, spoke
from zhike.customers.actions import put_tags, set_tags
from zhike.customers.models import Customer, CustomerTag, Tag
from zhike.interactions.models import ToDo
from zhike.kernel.errors import BadQuery, Forbidden, Invalid
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.sales.models import Order
from zhike.segments.actions import (
    add_to_list,
    define_segment,
    plan_todos,
    refresh_list,
    run_schemes,
    save_segment,
    tag_members,
)
from zhike.segments.models import Segment
from zhike.segments.queries import definition
from zhike.segments.queries.criteria import GROUPS, criteria
from zhike.segments.queries.definition import check, in_words
from zhike.segments.queries.members import asked, customers_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def leaf(field, op, *values, days=None):
    return {"field": field, "op": op, "values": [str(v) for v in values], "days": days}


def group(op, *items):
    return {"op": op, "items": list(items)}


def found(definition, by=BY_TEST) -> set[str]:
    rows = asked(definition, by)
    return {str(name).removesuffix("有限公司") for name in rows.values_list("name", flat=True)}


@pytest.fixture
def boss():
    return actor(make_user("boss", grants={("*", "*"): "all"}))


@pytest.fixture
def three(today):
    """A large coatings maker in Taizhou, a small one in Shenzhen, and nobody."""
    a = customer("甲", region="321200", industry="涂料", size="large", grade="gold",
                 since=dt.date(2022, 1, 1), lifecycle="customer", annual_spend=600_000)  # fmt: skip
    b = customer("乙", region="440300", industry="胶粘剂", size="small", lifecycle="prospect")
    c = customer("丙")
    bought(a, 500_000, 10, summary="环氧树脂 E-51")
    bought(a, 100_000, 400, summary="固化剂")
    bought(b, 2_000, 200, summary="环氧树脂 E-44")
    bought(b, 900_000, 5, status="cancelled")
    spoke(a, 3)
    spoke(a, 100)
    spoke(b, 300)
    return a, b, c


CASES = [
    (leaf("region", "under", "江苏"), {"甲"}),
    (leaf("region", "under", "江苏", "深圳"), {"甲", "乙"}),
    (leaf("region", "empty"), {"丙"}),
    (leaf("area", "in", "east"), {"甲"}),
    (leaf("area", "not", "east"), {"乙", "丙"}),
    (leaf("industry", "contains", "涂"), {"甲"}),
    (leaf("size", "in", "large", "small"), {"甲", "乙"}),
    (leaf("size", "not", "large"), {"乙", "丙"}),
    (leaf("grade", "in", "gold"), {"甲"}),
    (leaf("lifecycle", "in", "customer"), {"甲"}),
    (leaf("annual_spend", "gte", "600,000"), {"甲"}),
    (leaf("since", "lte", "2022-01-01"), {"甲"}),
    (leaf("since", "gte", "-30d"), set()),
    (leaf("orders.sum", "gte", 600_000), {"甲"}),
    (leaf("orders.sum", "gte", 500_001, days=365), set()),
    (leaf("orders.sum", "lte", 2_000), {"乙", "丙"}),
    (leaf("orders.count", "gte", 2), {"甲"}),
    (leaf("orders.count", "lte", 0, days=90), {"乙", "丙"}),
    (leaf("orders.count", "gte", 0), {"甲", "乙", "丙"}),
    (leaf("orders.largest", "gte", 500_000), {"甲"}),
    (leaf("orders.product", "contains", "环氧"), {"甲", "乙"}),
    (leaf("orders.product", "contains", "环氧", days=90), {"甲"}),
    (leaf("orders.product", "without", "固化剂"), {"乙", "丙"}),
    (leaf("talks.count", "gte", 2), {"甲"}),
    (leaf("talks.count", "lte", 1), {"乙", "丙"}),
    (leaf("talks.count", "lte", 1, days=30), {"甲", "乙", "丙"}),
    (leaf("talks.channel", "not", "note", days=30), {"乙", "丙"}),
    (group("and", leaf("size", "in", "large"), leaf("orders.count", "gte", 1)), {"甲"}),
    (group("or", leaf("region", "under", "深圳"), leaf("orders.sum", "gte", 600_000)), {"甲", "乙"}),
    (group("not", leaf("size", "in", "large"), leaf("region", "under", "广东")), {"丙"}),
    (group("not", leaf("orders.sum", "gte", 600_000)), {"乙", "丙"}),
    (group("and", group("or", leaf("size", "in", "small"), leaf("size", "in", "large")),
           group("not", leaf("talks.count", "gte", 1, days=30))), {"乙"}),
    (group("and"), {"甲", "乙", "丙"}),
    (group("and", group("or"), leaf("size", "in", "large")), {"甲"}),
]  # fmt: skip


@pytest.mark.requirement("SEG-001", "SEG-002")
@pytest.mark.parametrize(
    ("definition", "names"), CASES, ids=lambda v: json.dumps(v)[:60] if isinstance(v, dict) else ""
)
def test_conditions(definition, names, three):
    tree = definition if "items" in definition else group("and", definition)
    assert found(tree) == names
    assert in_words(tree, BY_TEST)


@pytest.mark.requirement("SEG-001")
@pytest.mark.parametrize("few", [0, 5_000], ids=["all orders at once", "customer by customer"])
@pytest.mark.parametrize("reach", ["own", "unit", "all"])
def test_orders_out_of_sight_never_count(few, reach, today, monkeypatch):
    monkeypatch.setattr(definition, "FEW", few)
    units = [make("identity.orgunit") for _n in range(2)]
    grants = {("customers.customer", "view"): "unit", ("sales.order", "view"): reach}
    who = make_user("ann", grants=grants, unit=units[0])
    other = make_user("bob", unit=units[1])
    chance = random.Random(reach)
    for number in range(40):
        row = customer(f"第{number}号", unit=chance.choice(units), owner=chance.choice([None, who]),
                       lifecycle="customer")  # fmt: skip
        for _order in range(chance.randrange(4)):
            bought(row, chance.choice([100, 900]), chance.choice([5, 300]), unit=row.unit,
                   owner=chance.choice([who, other]))  # fmt: skip
        if not number % 7:
            make("customers.teammember", customer=row, user=who)
    by = actor(who)
    shown = Customer.objects.visible_to(by)
    for op, met in (("gte", lambda n: n >= 2), ("lte", lambda n: n <= 1)):
        question = group(
            "and", leaf("orders.count", op, 2 if op == "gte" else 1, days=90),
            leaf("lifecycle", "in", "customer"),
        )  # fmt: skip
        seen = Order.objects.visible_to(by).filter(ordered_on__gt=TODAY - dt.timedelta(days=90))
        wanted = {row.pk for row in shown if met(seen.filter(customer=row).count())}
        assert set(asked(question, by).values_list("pk", flat=True)) == wanted
        assert 0 < len(wanted) < shown.count()


@pytest.mark.requirement("SEG-001")
def test_every_kind_of_criterion_is_offered():
    kinds = {one.group for one in criteria().values()}
    assert kinds == set(GROUPS)
    needed = {"persona.age", "persona.sex", "persona.income", "persona.education", "contact.age",
              "region", "area", "persona.country", "persona.lifestyle", "persona.values",
              "persona.attitude", "persona.habit", "persona.loyalty", "persona.frequency",
              "lifecycle", "class.segments.relationship", "industry", "orders.product",
              "persona.product", "orders.sum", "talks.count"}  # fmt: skip
    assert needed <= set(criteria())


@pytest.mark.requirement("SEG-002", "DAT-035")
def test_persona_attributes_hold_between_their_days(three, clock):
    a, _b, _c = three
    put_tags([a.pk], "收入：高", by=BY_TEST, source="model", confidence=80, dimension="income",
             expires_on=TODAY + dt.timedelta(days=2))  # fmt: skip
    tag = Tag.unscoped.get(name="收入：高")
    assert found(group("and", leaf("persona.income", "in", tag.pk))) == {"甲"}
    assert found(group("and", leaf("tag", "not", tag.pk))) == {"乙", "丙"}
    CustomerTag.unscoped.filter(tag=tag).update(
        expires_on=TODAY, valid_from=TODAY - dt.timedelta(1)
    )
    assert found(group("and", leaf("persona.income", "in", tag.pk))) == set()


@pytest.mark.requirement("SEG-002")
def test_age_of_the_contact_persons(three):
    a, b, _c = three
    make("customers.person", customer=a, birthday=dt.date(1990, 3, 4))
    make("customers.person", customer=b, birthday=dt.date(1990, 3, 5))
    assert found(group("and", leaf("contact.age", "gte", 36))) == {"甲"}
    assert found(group("and", leaf("contact.age", "lte", 35))) == {"乙"}


@pytest.mark.requirement("SEG-001")
def test_classes_of_the_schemes(three):
    run_schemes(TODAY, BY_TEST)
    assert found(group("and", leaf("class.segments.resource", "in", "core"))) == {"甲"}
    assert found(group("and", leaf("class.segments.growth", "not", "new", "growing"))) == {"丙"}


BROKEN = [
    (group("and", leaf("shoe_size", "gte", 44)), "条件失效"),
    (group("and", leaf("persona.age", "in", 99_999)), "条件失效"),
    (group("and", leaf("class.segments.resource", "in", "golden")), "条件失效"),
    (group("and", leaf("grade", "gte", "vip")), "不支持这种比较"),
    (group("and", leaf("orders.sum", "gte", "许多")), "不是数字"),
    (group("and", leaf("orders.sum", "gte", "NaN")), "不是可用的数字"),
    (group("and", leaf("orders.sum", "gte")), "请填写"),
    (group("and", leaf("grade", "in", "vip", days=30)), "期间"),
    (group("and", leaf("orders.sum", "gte", 1, days=99_999)), "期间"),
    (group("and", leaf("region", "under", "亚特兰蒂斯")), "没有找到行政区划"),
    (group("and", leaf("since", "gte", "明年的今天")), ""),
    (group("and", leaf("owner", "in", "10" * 40)), "条件失效"),
    ({"op": "xor", "items": []}, "格式不对"),
    ({"field": "grade", "op": "in", "values": ["vip"]}, "放在一个组里"),
    ([], "格式不对"),
    ("x", "格式不对"),
    (group("and", {"field": 3, "op": "in", "values": []}), "格式不对"),
    (group("and", {"field": "grade", "op": "in", "values": [3]}), "格式不对"),
    (group("and", group("and", group("and", group("and", group("and", group("and")))))), "嵌套"),
    (group("and", *[leaf("grade", "in", "vip")] * 60), "最多"),
]


@pytest.mark.requirement("SEG-008")
@pytest.mark.parametrize(("definition", "words"), BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_asked_is_said_and_never_fails(definition, words, boss):
    (problem, *_rest) = check(definition, boss)
    assert words in problem.message
    assert in_words(definition, boss)
    with pytest.raises(Invalid) as caught:
        save_segment({"name": "坏"}, definition, by=boss)
    assert problem.message in caught.value.fields["definition"]


@pytest.mark.requirement("SEG-008")
def test_a_stored_segment_whose_field_is_gone_is_broken_not_an_error(boss, three):
    row = save_segment({"name": "老板的"}, group("and", leaf("size", "in", "large")), by=boss)
    row.definition = group("and", leaf("shoe_size", "gte", 44))
    row.save(update_fields=["definition"])
    listing = Listing(registry.resource("customers.customer"), boss, {"segment": str(row.pk)})
    with pytest.raises(BadQuery, match="条件已失效"):
        _ = listing.page_rows
    with pytest.raises(Invalid):
        tag_members(row, by=boss, tag="坏")


@pytest.mark.requirement("SEG-008")
def test_a_segment_never_widens_what_a_person_may_see(three):
    _a, b, _c = three
    grants = {("customers.customer", "view"): "own", ("segments.segment", "*"): "all",
              ("sales.order", "view"): "own"}  # fmt: skip
    user = make_user("seller", grants=grants)
    Customer.unscoped.filter(pk=b.pk).update(owner=user)
    by = actor(user)
    assert found(group("and"), by) == {"乙"}
    assert found(group("or", leaf("grade", "in", "gold"), leaf("size", "in", "small")), by) == {
        "乙"
    }
    hidden = make_user("blind", grants={("*", "*"): "all"},
                       hidden=[("customers.customer", "annual_spend")])  # fmt: skip
    (problem,) = check(group("and", leaf("annual_spend", "gte", 1)), actor(hidden))
    assert "没有查看" in problem.message
    (problem,) = check(group("and", leaf("talks.count", "gte", 1)), by)
    assert "没有查看" in problem.message


@pytest.mark.requirement("SEG-008")
def test_segments_filter_lists_and_what_is_made_of_lists(boss, three):
    live = save_segment({"name": "大客户"}, group("and", leaf("size", "in", "large")), by=boss)
    fixed = save_segment(
        {"name": "名单", "kind": "list"},
        group("and", leaf("size", "in", "small", "large")),
        by=boss,
    )
    resource = registry.resource("customers.customer")

    def listed(**query) -> set[str]:
        return {row["name"] for row in Listing(resource, boss, query).page_rows}

    assert listed(segment=str(live.pk)) == {"甲有限公司"}
    assert listed(segment=f"{live.pk},{fixed.pk}") == {"甲有限公司", "乙有限公司"}
    assert listed(segment__not=str(live.pk)) == {"乙有限公司", "丙有限公司"}
    assert listed(segment=str(fixed.pk), grade="gold") == {"甲有限公司"}
    for wrong in ("999999", "x", "9" * 30):
        with pytest.raises(BadQuery):
            listed(segment=wrong)
    with pytest.raises(BadQuery):
        listed(segment__gte="1")


@pytest.mark.requirement("SEG-008")
def test_a_list_stays_until_it_is_made_again(boss, three):
    a, b, c = three
    row = save_segment(
        {"name": "名单", "kind": "list"}, group("and", leaf("size", "in", "large")), by=boss
    )
    Customer.unscoped.filter(pk=c.pk).update(size="large")
    assert set(customers_of(row, boss)) == {a}
    assert add_to_list([b, a], by=boss, segment=row.pk) == 1
    assert set(customers_of(row, boss)) == {a, b}
    refresh_list(row, by=boss)
    assert set(customers_of(row, boss)) == {a, c}
    live = save_segment({"name": "查询"}, group("and"), by=boss)
    for wrong in (live.pk, 10**9, None):
        with pytest.raises(Invalid):
            add_to_list([a], by=boss, segment=wrong)


def test_the_question_comes_as_json_through_the_api(boss, three):
    row = save_segment({"name": "查询"}, group("and"), by=boss)
    define_segment(row, by=boss, definition=json.dumps(group("and", leaf("size", "in", "small"))))
    row.refresh_from_db()
    assert found(row.definition) == {"乙"}
    for wrong in ("{", "[" * 5_000, json.dumps(group("and", leaf("nothing", "in", 1)))):
        with pytest.raises(Invalid):
            define_segment(row, by=boss, definition=wrong)
    assert Segment.unscoped.get(pk=row.pk).definition == row.definition


@pytest.mark.requirement("SEG-008", "DAT-035")
def test_tags_of_a_segment_say_that_a_rule_put_them(boss, three):
    a, b, _c = three
    set_tags([b], by=boss, tags="重点")
    row = save_segment(
        {"name": "有规模"}, group("and", leaf("size", "in", "small", "large")), by=boss
    )
    assert tag_members(row, by=boss, tag="重点", days=30) == 2
    tags = {t.customer_id: t for t in CustomerTag.unscoped.filter(tag__name="重点")}
    assert (tags[a.pk].source, tags[a.pk].expires_on) == ("rule", TODAY + dt.timedelta(days=30))
    assert (tags[b.pk].source, tags[b.pk].expires_on) == ("manual", None), "a person's word stays"
    a.refresh_from_db()
    assert a.tag_names == "重点"


@pytest.mark.requirement("SEG-008")
def test_todos_for_the_customers_of_a_list(three):
    a, b, c = three
    owner = make_user("seller")
    Customer.unscoped.filter(pk=a.pk).update(owner=owner)
    boss = actor(make_user("boss", grants={("*", "*"): "all"}))
    due = TODAY + dt.timedelta(days=7)
    assert plan_todos([a, b], by=boss, title="介绍新牌号", due_on=due) == 2
    assert plan_todos([a, b, c], by=boss, title="介绍新牌号", due_on=due) == 1, "not twice"
    todos = {t.customer_id: t for t in ToDo.unscoped.filter(title="介绍新牌号")}
    assert {pk: t.owner_id for pk, t in todos.items()} == {
        a.pk: owner.pk, b.pk: boss.user_id, c.pk: boss.user_id,
    }  # fmt: skip
    for title, day in ((" ", due), ("x", TODAY - dt.timedelta(1)), ("x", None)):
        with pytest.raises(Invalid):
            plan_todos([a], by=boss, title=title, due_on=day)
    reader = actor(make_user("reader", grants={("customers.customer", "view"): "all"}))
    with pytest.raises(Forbidden):
        plan_todos([a], by=reader, title="x", due_on=due)
