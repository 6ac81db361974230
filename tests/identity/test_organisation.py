import datetime as dt

import pytest

from tests.identity.world import BY, OLD, actor, person, unit
from zhike.identity.actions.organisation import close_unit, join_unit, leave_unit, move_unit
from zhike.identity.models import Membership, OrgUnit
from zhike.identity.queries import ancestors, branches, memberships, org_tree, subtree
from zhike.kernel.errors import Conflict, Forbidden, Invalid

pytestmark = pytest.mark.django_db
DAY = dt.date


@pytest.mark.requirement("ORG-001")
def test_a_past_day_keeps_its_tree(clock):
    company = unit("c")
    east, west = unit("e", company), unit("w", company)
    team = unit("t", east)
    move_unit(team, by=BY, parent=west, valid_from=DAY(2026, 2, 1))
    assert team.pk in subtree([east.pk], DAY(2026, 1, 31))
    assert team.pk not in subtree([east.pk], DAY(2026, 2, 1))
    assert team.pk in subtree([west.pk])
    assert ancestors(team.pk, DAY(2026, 1, 31)) == [east.pk, company.pk]
    assert ancestors(team.pk) == [west.pk, company.pk]
    shown = [(one.unit.pk, one.depth) for one in branches(DAY(2026, 1, 31))]
    assert shown == [(company.pk, 0), (east.pk, 1), (team.pk, 2), (west.pk, 1)]


@pytest.mark.requirement("ORG-001")
def test_a_move_in_the_future_takes_effect_on_its_day(clock):
    company, other = unit("c"), unit("o")
    team = unit("t", company)
    move_unit(team, by=BY, parent=other, valid_from=DAY(2026, 5, 1))
    assert org_tree()[company.pk] == [team.pk]
    assert org_tree(DAY(2026, 5, 1))[other.pk] == [team.pk]


@pytest.mark.requirement("ORG-001")
def test_depth_is_unlimited(clock):
    top = unit("d0")
    last = top
    for n in range(1, 30):
        last = unit(f"d{n}", last)
    assert len(subtree([top.pk])) == 30
    assert len(ancestors(last.pk)) == 29


@pytest.mark.requirement("ORG-001")
def test_cycles_are_refused_with_names_and_nothing_is_written(clock):
    top = unit("a")
    middle = unit("b", top)
    low = unit("c", middle)
    for parent in (low, middle, top):
        with pytest.raises(Invalid) as refused:
            move_unit(top, by=BY, parent=parent, valid_from=DAY(2026, 3, 10))
        assert "循环" in refused.value.fields["parent"][0]
        assert str(top) in refused.value.fields["parent"][0]
    assert org_tree(DAY(2026, 4, 1)) == {None: [top.pk], top.pk: [middle.pk], middle.pk: [low.pk]}


@pytest.mark.requirement("ORG-001")
def test_a_cycle_that_would_only_arise_later_is_refused(clock):
    company = unit("c")
    one, two = unit("1", company), unit("2", company)
    move_unit(two, by=BY, parent=one, valid_from=DAY(2026, 6, 1))
    with pytest.raises(Invalid):
        move_unit(one, by=BY, parent=two, valid_from=DAY(2026, 5, 1))


def test_a_move_before_the_last_one_is_refused(clock):
    company, other = unit("c"), unit("o")
    team = unit("t", company)
    move_unit(team, by=BY, parent=other, valid_from=DAY(2026, 3, 1))
    with pytest.raises(Invalid):
        move_unit(team, by=BY, parent=company, valid_from=DAY(2026, 2, 1))
    move_unit(team, by=BY, parent=None, valid_from=DAY(2026, 3, 1))
    assert team.placements.count() == 2


def test_closing_needs_an_empty_unit(clock):
    company = unit("c")
    team = unit("t", company)
    user = person("li", unit=team)
    with pytest.raises(Conflict):
        close_unit(team, by=BY, valid_to=DAY(2026, 3, 5))
    with pytest.raises(Conflict):
        close_unit(company, by=BY, valid_to=DAY(2026, 3, 5))
    leave_unit(user, by=BY, unit=team)
    close_unit(team, by=BY, valid_to=DAY(2026, 3, 5))
    assert team.pk in subtree([company.pk], DAY(2026, 3, 4))
    assert team.pk not in subtree([company.pk], DAY(2026, 3, 5))
    with pytest.raises(Invalid):
        join_unit(user, by=BY, unit=team, valid_from=DAY(2026, 3, 6))


@pytest.mark.requirement("ORG-010")
def test_departments_of_every_type_can_be_made_by_the_system_administrator(clock):
    from zhike.identity.actions.organisation import create_unit

    by = actor(person("sys", "system_administrator"))
    titles = {
        "crm": "客户关系管理部",
        "success": "客户成功中心",
        "operations": "客户运营团队",
        "service": "客户服务部门",
        "support": "客户支持部门",
    }
    for kind, title in titles.items():
        made = create_unit(OrgUnit, {"name": title, "code": kind, "kind": kind}, by=by)
        assert made.get_kind_display() == title
    with pytest.raises(Forbidden):
        create_unit(OrgUnit, {"name": "x", "code": "x"}, by=actor(person("s", "sales")))
    with pytest.raises(Invalid):
        create_unit(OrgUnit, {"name": "x", "code": "x", "kind": "nonsense"}, by=by)


def test_a_person_belongs_to_several_units_with_one_primary(clock):
    one, two = unit("1"), unit("2")
    user = person("li", unit=one)
    join_unit(user, by=BY, unit=two, is_primary=False)
    assert actor(user).unit_ids == (one.pk, two.pk)
    with pytest.raises(Conflict):
        join_unit(user, by=BY, unit=two)
    clock.shift(dt.timedelta(days=10))
    leave_unit(user, by=BY, unit=one)
    assert actor(user).unit_ids == (two.pk,)
    assert memberships(user.pk).get().is_primary
    assert set(memberships(user.pk, DAY(2026, 3, 5)).values_list("unit_id", flat=True)) == {
        one.pk,
        two.pk,
    }
    assert Membership.unscoped.filter(user=user).count() == 2
    assert DAY(2026, 1, 1) > OLD
