import pytest
from django.utils import timezone

from tests.identity.world import BY, OLD, actor, person, unit
from zhike.customers.models import Customer, Person
from zhike.identity.actions.handover import Share, hand_over
from zhike.identity.models import Handover, Membership, User
from zhike.identity.responsibilities import burden, responsibilities
from zhike.interactions.models import Comment, Interaction, ToDo
from zhike.kernel.errors import Forbidden, Invalid
from zhike.sales.models import Order, Payment

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ORG-023")]


class Desk:
    """A leaver with customers in two units and everything that hangs on them."""

    def __init__(self) -> None:
        self.east, self.west = unit("east"), unit("west")
        self.leaver = person("leaver", "sales", unit=self.east)
        self.one = person("one", "sales", unit=self.east)
        self.two = person("two", "sales", unit=self.west)
        self.boss = person("boss", "crm_owner", unit=self.east)
        self.system = person("sys", "system_administrator")
        now = {"created_at": timezone.now(), "updated_at": timezone.now()}
        self.customers = [
            Customer.unscoped.create(
                code=f"C{n}",
                name=f"客户{n}",
                owner=self.leaver,
                unit=self.east if n % 2 else self.west,
                **now,
            )
            for n in range(6)
        ]
        self.foreign = Customer.unscoped.create(
            code="F", name="别人的", owner=self.two, unit=self.west, **now
        )
        for n, customer in enumerate([*self.customers, self.foreign]):
            mine = {"customer": customer, "owner": self.leaver, **now}
            Person.unscoped.create(name=f"人{n}", **mine)
            with_step = Interaction.unscoped.create(
                summary="有下一步",
                occurred_at=timezone.now(),
                next_step="送样",
                next_step_on=timezone.localdate(),
                **mine,
            )
            Interaction.unscoped.create(
                summary="已了结", occurred_at=timezone.now(), no_next_step=True, **mine
            )
            Comment.unscoped.create(interaction=with_step, text="好", **mine)
            ToDo.unscoped.create(title="回访", due_at=timezone.now(), source_key=f"a{n}", **mine)
            ToDo.unscoped.create(
                title="旧", due_at=timezone.now(), status="done", source_key=f"b{n}", **mine
            )
            order = Order.unscoped.create(
                number=f"N{n}", ordered_on=timezone.localdate(), amount=1, **mine
            )
            Payment.unscoped.create(
                number=f"P{n}", order=order, received_on=timezone.localdate(), amount=1, **mine
            )
        ToDo.unscoped.create(
            title="无客户", due_at=timezone.now(), source_key="z", owner=self.leaver, **now
        )


def owners(model, **which) -> set[int]:
    return set(model.unscoped.filter(**which).values_list("owner_id", flat=True))


def test_everything_goes_to_one_person_and_nothing_is_left(clock):
    desk = Desk()
    assert {one.key for one in responsibilities()} >= {
        "customers.customer",
        "customers.person",
        "interactions.interaction",
        "interactions.todo",
        "sales.order",
        "sales.payment",
    }
    receipt = hand_over(
        desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.system), reason="离职", deactivate=True
    )
    assert all(count == 0 for _one, count in burden(desk.leaver.pk))
    assert receipt.counts == {
        "customers.customer": 6,
        "customers.person": 7,
        "interactions.interaction": 7,
        "interactions.todo": 8,
        "sales.order": 7,
        "sales.payment": 7,
    }
    assert owners(Customer) == {desk.one.pk, desk.two.pk}
    assert set(Customer.unscoped.filter(owner=desk.one).values_list("unit_id", flat=True)) == {
        desk.east.pk
    }
    assert not User.unscoped.get(pk=desk.leaver.pk).is_active
    assert not Membership.unscoped.filter(user=desk.leaver, valid_to=None).exists()


def test_the_past_keeps_its_author(clock):
    desk = Desk()
    hand_over(desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.system))
    assert owners(Interaction, summary="已了结") == {desk.leaver.pk}
    assert owners(ToDo, status="done") == {desk.leaver.pk}
    assert owners(Comment) == {desk.leaver.pk}
    assert User.unscoped.get(pk=desk.leaver.pk).is_active


def test_by_unit_by_selection_and_by_entity_with_children_following(clock):
    desk = Desk()
    chosen = desk.customers[0]
    shares = [
        Share(
            to=desk.boss.pk, resources=frozenset({"customers.customer"}), ids=frozenset({chosen.pk})
        ),
        Share(to=desk.two.pk, units=frozenset({desk.west.pk})),
        Share(to=desk.boss.pk, resources=frozenset({"sales.payment"})),
        Share(to=desk.one.pk),
    ]
    hand_over(desk.leaver, shares, by=actor(desk.system))
    expected = {c.pk: desk.one.pk if n % 2 else desk.two.pk for n, c in enumerate(desk.customers)}
    expected[chosen.pk] = desk.boss.pk
    expected[desk.foreign.pk] = desk.two.pk
    assert dict(Customer.unscoped.values_list("pk", "owner_id")) == expected
    for model in (Person, Order):
        assert dict(model.unscoped.values_list("customer_id", "owner_id")) == expected
    assert owners(Payment) == {desk.boss.pk}
    assert owners(ToDo, title="无客户") == {desk.one.pk}


def test_an_incomplete_handover_writes_nothing(clock):
    desk = Desk()
    before = list(Customer.unscoped.order_by("pk").values_list("owner_id", "version"))
    for shares in (
        [],
        [Share(to=desk.two.pk, units=frozenset({desk.west.pk}))],
        [Share(to=desk.leaver.pk)],
        [Share(to=10**9)],
    ):
        with pytest.raises(Invalid) as refused:
            hand_over(desk.leaver, shares, by=actor(desk.system))
        assert refused.value.fields["to"]
    assert list(Customer.unscoped.order_by("pk").values_list("owner_id", "version")) == before
    assert not Handover.unscoped.exists()


def test_rights(clock):
    desk = Desk()
    with pytest.raises(Forbidden):
        hand_over(desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.one))
    with pytest.raises(Forbidden):
        hand_over(desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.boss), deactivate=True)
    hand_over(desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.boss))


def test_history_says_who_handed_over_and_why(clock):
    desk = Desk()
    hand_over(desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.system), reason="离职")
    row = Customer.pgh_event_model.objects.filter(pgh_obj_id=desk.customers[0].pk).latest("pgh_id")
    meta = row.pgh_context.metadata
    assert (meta["action"], meta["reason"], meta["user"]) == (
        "identity.hand_over",
        "离职",
        desk.system.pk,
    )


def test_statements_do_not_grow_with_the_records(clock, django_assert_max_num_queries):
    desk = Desk()
    now = {"created_at": timezone.now(), "updated_at": timezone.now()}
    Customer.unscoped.bulk_create(
        [Customer(code=f"X{n}", name=f"x{n}", owner=desk.leaver, **now) for n in range(300)]
    )
    with django_assert_max_num_queries(160):
        hand_over(desk.leaver, [Share(to=desk.one.pk)], by=actor(desk.system))
    assert OLD.year == 2020
    assert BY.is_system
