"""``visible_to`` against a second, naive implementation over random companies (bar 15)."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from tests.identity.world import OLD, actor, person, unit
from zhike.customers.models import Customer, GradeAssessment, Person, TeamMember
from zhike.identity.models import Role
from zhike.identity.queries import subtree
from zhike.interactions.models import Interaction, ToDo
from zhike.kernel.actor import Actor
from zhike.kernel.scope import standing_at
from zhike.sales.models import Order
from zhike.trust.models import Grant, TeamRight
from zhike.trust.queries import explain, forget_rights

pytestmark = pytest.mark.django_db
MODELS = (Customer, Person, Interaction, ToDo, Order)
REACHES = ("", "own", "unit", "subtree", "chosen", "all")
VERBS = ("view", "change")


def now() -> dict:
    return {"created_at": timezone.now(), "updated_at": timezone.now()}


class Company:
    """Random units, people, roles and records from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.units = [unit("u0")]
        for n in range(1, 7):
            self.units.append(unit(f"u{n}", self.dice.choice([None, *self.units])))
        self.people = [person(f"p{n}") for n in range(5)]
        self.memberships = {p.pk: self._join(p) for p in self.people}
        self.grants = {p.pk: self._role(p) for p in self.people}
        self.rows = self._records()
        forget_rights()

    def _join(self, user) -> list[int]:
        from zhike.identity.models import Membership

        chosen = self.dice.sample(self.units, self.dice.randint(0, 2))
        for n, where in enumerate(chosen):
            Membership.unscoped.create(
                user=user, unit=where, is_primary=n == 0, valid_from=OLD, **now()
            )
        gone = self.dice.choice(self.units)
        Membership.unscoped.create(
            user=user,
            unit=gone,
            is_primary=False,
            valid_from=OLD,
            valid_to=dt.date(2021, 1, 1),
            **now(),
        )
        return [one.pk for one in chosen]

    def _role(self, user) -> dict:
        from zhike.identity.actions.roles import give_first_role

        given = {}
        for n in range(self.dice.randint(0, 2)):
            role = Role.unscoped.create(code=f"r{user.pk}-{n}", name="r", **now())
            for model in MODELS:
                for verb in VERBS:
                    reach = self.dice.choice(REACHES)
                    if reach:
                        grant = Grant.unscoped.create(
                            role=role, resource=model.key(), verb=verb, reach=reach, **now()
                        )
                        units = self.dice.sample(self.units, 2) if reach == "chosen" else []
                        grant.units.set(units)
                        given.setdefault((model.key(), verb), []).append(
                            (reach, {one.pk for one in units})
                        )
            give_first_role(user, role.code)
        return given

    def _records(self) -> dict:
        pick = self.dice.choice
        owners, units = [None, *self.people], [None, *self.units]
        customers = [
            Customer.unscoped.create(
                code=f"C{n}", name=f"客户{n}", owner=pick(owners), unit=pick(units), **now()
            )
            for n in range(12)
        ]
        today = timezone.localdate()
        for customer in customers:
            for member in self.dice.sample(self.people, self.dice.randint(0, 2)):
                ended = self.dice.random() < 0.25
                TeamMember.unscoped.create(
                    customer=customer,
                    user=member,
                    role=pick(["csm", "service", "follower"]),
                    valid_from=OLD,
                    valid_to=today if ended else None,
                    **now(),
                )
        rows = {Customer: customers, Person: [], Interaction: [], ToDo: [], Order: []}
        for n in range(12):
            common = {
                "customer": pick(customers),
                "owner": pick(owners),
                "unit": pick(units),
                **now(),
            }
            rows[Person].append(Person.unscoped.create(name=f"人{n}", **common))
            rows[Interaction].append(
                Interaction.unscoped.create(summary="x", occurred_at=timezone.now(), **common)
            )
            rows[ToDo].append(
                ToDo.unscoped.create(
                    title="x",
                    due_at=timezone.now(),
                    source_key=f"k{n}",
                    **{**common, "customer": pick([None, common["customer"]])},
                )
            )
            rows[Order].append(
                Order.unscoped.create(number=f"N{n}", ordered_on=today, amount=1, **common)
            )
        return rows

    def reached(self, user, key: str, verb: str) -> tuple[bool, bool, set[int]]:
        everything, own, units = False, False, set()
        for reach, chosen in self.grants[user.pk].get((key, verb), []):
            everything |= reach == "all"
            own = True
            mine = self.memberships[user.pk]
            units |= {"unit": set(mine), "subtree": subtree(mine), "chosen": chosen}.get(
                reach, set()
            )
        return everything, (own and not everything) or own, units

    def oracle(self, user, row, verb: str) -> bool:
        """Decide one row in plain Python from the sentences of the requirements."""
        key = row.key()
        everything, _own, units = self.reached(user, key, verb)
        strictly_own = any(
            reach != "all" for reach, _units in self.grants[user.pk].get((key, verb), [])
        )
        if everything:
            return True
        if strictly_own and row.owner_id == user.pk:
            return True
        if row.unit_id in units:
            return True
        account = row if isinstance(row, Customer) else row.customer
        if account is None:
            return False
        if self._in_team(user, account, key, verb):
            return True
        if isinstance(row, Customer):
            return False
        if account.owner_id == user.pk and (verb == "view" or strictly_own):
            return True
        return account.unit_id in units and account.unit_id is not None

    def _in_team(self, user, account, key: str, verb: str) -> bool:
        today = timezone.localdate()
        for member in TeamMember.unscoped.filter(customer=account, user=user):
            live = member.valid_to is None or member.valid_to > today
            if (
                live
                and TeamRight.unscoped.filter(
                    team_role=member.role, resource=key, verb=verb
                ).exists()
            ):
                return True
        return False


@pytest.mark.requirement("ORG-013", "ORG-014", "ORG-015")
@pytest.mark.parametrize("seed", range(8))
def test_scope_equals_the_oracle_and_the_explanation_agrees(seed):
    company = Company(seed)
    checked = allowed = 0
    for user in company.people:
        by: Actor = actor(user)
        for model in MODELS:
            for verb in VERBS:
                shown = set(model.objects.visible_to(by, verb).values_list("pk", flat=True))
                for row in company.rows[model]:
                    expected = company.oracle(user, row, verb)
                    assert (row.pk in shown) is expected, (seed, user, row.key(), row.pk, verb)
                    checked, allowed = checked + 1, allowed + expected
                for row in company.dice.sample(company.rows[model], 2):
                    told = explain(user, row, verb)
                    assert told.allowed is (row.pk in shown)
                    assert told.allowed is any(line.holds for line in told.reasons)
                    assert bool(told.remedies) is not told.allowed
    assert checked == 5 * 5 * 2 * 12
    assert 0 < allowed < checked


@pytest.mark.requirement("ORG-015")
def test_the_owner_sees_children_whoever_made_them():
    owner, other = person("owner", "sales"), person("other", "sales")
    customer = Customer.unscoped.create(code="C", name="客户", owner=owner, **now())
    made = Interaction.unscoped.create(
        customer=customer, owner=other, summary="x", occurred_at=timezone.now(), **now()
    )
    assert Interaction.objects.visible_to(actor(owner)).filter(pk=made.pk).exists()
    stranger = actor(person("third", "sales"))
    assert not Interaction.objects.visible_to(stranger).filter(pk=made.pk).exists()


@pytest.mark.requirement("ORG-013", "ORG-014")
@pytest.mark.parametrize(
    ("role", "may_change"),
    [("csm", True), ("service", True), ("technical", False), ("sales", True), ("follower", False)],
)
def test_the_team_cascades_to_children_and_stops_there(role, may_change):
    owner, helper = person("owner", "sales"), person("helper", "sales")
    mine, others = (Customer.unscoped.create(code=c, name=c, owner=owner, **now()) for c in "AB")
    rows = {
        c.pk: Interaction.unscoped.create(
            customer=c, owner=owner, summary="x", occurred_at=timezone.now(), **now()
        )
        for c in (mine, others)
    }
    before = actor(helper).grants
    TeamMember.unscoped.create(customer=mine, user=helper, role=role, valid_from=OLD, **now())
    by = actor(helper)
    assert by.grants == before
    assert set(Customer.objects.visible_to(by)) == {mine}
    assert set(Interaction.objects.visible_to(by)) == {rows[mine.pk]}
    assert Customer.objects.visible_to(by, "change").exists() is may_change
    assert Interaction.objects.visible_to(by, "change").exists() is (role != "follower")


def test_an_administrator_in_a_team_still_reads_nothing():
    user = person("sys", "system_administrator")
    customer = Customer.unscoped.create(code="C", name="客户", **now())
    TeamMember.unscoped.create(customer=customer, user=user, role="csm", valid_from=OLD, **now())
    assert not Customer.objects.visible_to(actor(user)).exists()
    assert not explain(user, customer).allowed


@pytest.mark.parametrize("seed", range(6))
def test_who_stands_at_a_customer_sees_the_same_of_it_and_nothing_more(seed):
    company = Company(seed)
    dice = random.Random(seed)
    for row in Customer.unscoped.all():
        level = dice.choice(["public", "internal", "internal", "confidential", "secret"])
        Customer.unscoped.filter(pk=row.pk).update(confidentiality=level)
    opened = 0
    for user in company.people:
        by = actor(user)
        for row in Customer.objects.visible_to(by, archived=True):
            here = standing_at(row, by)
            opened += len(here.at.opens) if here.at else 0
            for model in (Person, Interaction, ToDo, Order, TeamMember, GradeAssessment):
                plain, near = model.objects.visible_to(by), model.objects.visible_to(here)
                seen = set(plain.filter(customer=row).values_list("pk", flat=True))
                assert set(near.filter(customer=row).values_list("pk", flat=True)) == seen
                assert set(near.values_list("pk", flat=True)) <= set(
                    plain.values_list("pk", flat=True)
                )
            for verb in ("change", "export"):
                changed = Order.objects.visible_to(here, verb).order_by("pk")
                assert list(changed) == list(Order.objects.visible_to(by, verb).order_by("pk"))
    assert opened
