"""A customer with its sales person, a supervisor, a director and a department that delivers."""

from types import SimpleNamespace

import pytest

from tests.factories import actor, make, make_user

MINE = {("*", "view"): "own", ("*", "create"): "own", ("*", "change"): "own"}


@pytest.fixture
def world(db, clock):
    """The people as users (``ann``) and as actors (``by_ann``), the customer, the types."""
    unit = make("identity.orgunit", name="华东销售一部")
    ann = make_user("ann", display_name="陆知行", unit=unit, grants={**MINE})
    boss = make_user("boss", display_name="宋砚秋", unit=unit, grants={("*", "*"): "all"})
    head = make_user("head", display_name="秦若川", grants={("*", "*"): "all"})
    tech = make_user("tech", display_name="许听澜", grants={("*", "*"): "all"})
    make("identity.roleassignment", user=boss, role=role("crm_supervisor"))
    return SimpleNamespace(
        unit=unit,
        tec=make("identity.orgunit", name="技术支持部", leader=tech),
        ann=ann, boss=boss, head=head, tech=tech,
        by_ann=actor(ann), by_boss=actor(boss), by_head=actor(head), by_tech=actor(tech),
        customer=make("customers.customer", owner=ann, unit=unit),
        type=make("needs.needtype", name="包装需求"),
    )  # fmt: skip


def role(code):
    from zhike.identity.models import Role

    return Role.unscoped.get(code=code)


@pytest.fixture
def record(world):
    """Record a need as the sales person would."""
    from zhike.needs.actions import create_need
    from zhike.needs.models import Need

    def made(**values):
        by = values.pop("by", world.by_ann)
        return create_need(
            Need,
            {
                "customer": world.customer.pk, "title": "5 公斤小包装", "type": world.type.pk,
                "description": "每次领料 5 公斤，大包装开封后易受潮。", **values,
            },
            by=by,
        )  # fmt: skip

    return made


@pytest.fixture
def analysed(world, record):
    """A need that was analysed."""
    from zhike.needs.actions import analyse_need

    def made(**values):
        figures = {
            "importance": 9, "satisfaction": 3, "effort": 10, "value": 200_000, "fit": 4,
            "kano": "must", "theme": "小包装",
        }  # fmt: skip
        figures |= {name: values.pop(name) for name in list(values) if name in figures}
        return analyse_need(record(**values), by=world.by_ann, **figures)

    return made
