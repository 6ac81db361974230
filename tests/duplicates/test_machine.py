"""Merging, undoing and editing in any order: nothing is lost, and what was undone is as before."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.factories import BY_TEST, make
from zhike.customers.actions import edit_customer
from zhike.customers.models import Affiliation, Customer, CustomerTag
from zhike.duplicates.actions import merge_records, undo_merge
from zhike.duplicates.models import Merge
from zhike.duplicates.queries import active_merge, survivor_of
from zhike.kernel.errors import Conflict
from zhike.sales.models import Order

COMPANIES = 4
picks = st.integers(0, COMPANIES - 1)


class MergeMachine(RuleBasedStateMachine):
    """The model: who stands for whom, and where each order belongs."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = [make("customers.customer") for _n in range(COMPANIES)]
        self.ids = [row.pk for row in self.rows]
        tag = make("customers.tag")
        for row in self.rows[:2]:
            make("customers.customertag", customer=row, tag=tag)
        self.home = {make("sales.order", customer=row).pk: row.pk for row in self.rows}
        self.stack: list[tuple[int, dict[int, int]]] = []
        self.tags, self.posts = CustomerTag.unscoped.count(), Affiliation.unscoped.count()

    @rule(one=picks, other=picks)
    def merge(self, one: int, other: int) -> None:
        a, b = self.ids[one], self.ids[other]
        if a == b:
            return
        if active_merge("customer", a) or active_merge("customer", b):
            with pytest.raises(Conflict):
                merge_records("customer", a, b, by=BY_TEST)
            return
        before = dict(self.home)
        merge = merge_records("customer", a, b, by=BY_TEST, take=["industry"])
        self.home = {order: a if at == b else at for order, at in self.home.items()}
        self.stack.append((merge.pk, before))

    @precondition(lambda self: self.stack)
    @rule()
    def undo_the_last(self) -> None:
        pk, before = self.stack.pop()
        undo_merge(pk, by=BY_TEST)
        self.home = before

    @precondition(lambda self: self.stack)
    @rule()
    def undo_under_a_later_one(self) -> None:
        merge = Merge.unscoped.get(pk=self.stack[0][0])
        if active_merge("customer", merge.survivor_id):
            with pytest.raises(Conflict):
                undo_merge(merge, by=BY_TEST)

    @rule(one=picks, word=st.sampled_from(["涂料", "环保", "树脂"]))
    def edit(self, one: int, word: str) -> None:
        if not active_merge("customer", self.ids[one]):
            edit_customer(Customer, self.ids[one], {"industry": word}, by=BY_TEST)

    @invariant()
    def every_order_is_where_the_model_says(self) -> None:
        found = dict(Order.unscoped.filter(pk__in=self.home).values_list("pk", "customer_id"))
        assert found == self.home

    @invariant()
    def merged_ones_are_put_away_and_lead_to_a_living_one(self) -> None:
        for row in Customer.unscoped.filter(pk__in=self.ids):
            merged = active_merge("customer", row.pk) is not None
            assert merged == (row.archived_at is not None)
            if merged:
                living = Customer.unscoped.get(pk=survivor_of("customer", row.pk))
                assert living.archived_at is None

    @invariant()
    def nothing_was_lost(self) -> None:
        assert CustomerTag.unscoped.count() == self.tags
        assert Affiliation.unscoped.count() == self.posts


MergeMachine.TestCase.settings = settings(
    max_examples=6, stateful_step_count=10, deadline=None,
    suppress_health_check=list(HealthCheck), derandomize=True,
)  # fmt: skip


TestMergeMachine = pytest.mark.django_db(pytest.mark.requirement("DAT-026")(MergeMachine.TestCase))
