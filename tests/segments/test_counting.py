"""Counts of a question: exact where that is quick, from a sample where it is not."""

import pytest

from tests.factories import BY_TEST, actor, make_user
from tests.segments.conftest import customer
from tests.segments.test_segments import group, leaf
from zhike.segments.queries import counting
from zhike.segments.queries.counting import Found, found

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SEG-008")]
JIANGSU = group("and", leaf("region", "under", "江苏"))


@pytest.fixture
def forty(today):
    """Forty customers of Jiangsu, one in five of them large, and ten of Shenzhen."""
    made = [customer(f"苏{n}", region="321200", annual_spend=n) for n in range(40)]
    return made, [customer(f"深{n}", region="440300") for n in range(10)]


def test_a_cheap_question_is_counted(forty):
    answer = found(JIANGSU, BY_TEST)
    assert (answer.total, answer.near) == (40, False)
    assert [name for _pk, name in answer.some] == [row.name for row in forty[0][:33:-1]]


def test_a_dear_question_is_asked_of_a_sample(forty, monkeypatch):
    monkeypatch.setattr(counting, "DEAR", 0)
    answer = found(JIANGSU, BY_TEST)  # the sample of so few is all of them
    assert answer.near
    assert answer.total == 40
    assert found(JIANGSU, BY_TEST, exact=True) == Found(40, some=answer.some)


def test_a_sample_of_some_is_scaled_to_all(forty, monkeypatch):
    monkeypatch.setattr(counting, "DEAR", 0)
    monkeypatch.setattr(counting, "DRAWN", 25)
    monkeypatch.setattr(counting, "TELLING", 5)
    assert 10 <= found(JIANGSU, BY_TEST).total <= 60


def test_too_few_hits_of_a_sample_tell_no_number(forty, monkeypatch):
    monkeypatch.setattr(counting, "DEAR", 0)
    answer = found(group("and", leaf("region", "under", "深圳")), BY_TEST)
    assert (answer.total, answer.near, answer.some) == (None, True, [])


def test_a_sample_stays_within_the_readers_scope(forty, monkeypatch):
    monkeypatch.setattr(counting, "DEAR", 0)
    stranger = actor(make_user("stranger", grants={("customers.customer", "view"): "own"}))
    assert found(JIANGSU, stranger).total is None


def test_orders_of_few_are_looked_up_and_counted(forty):
    """Conditions that leave few customers are never estimated, whatever the planner fears."""
    question = group("and", leaf("region", "under", "江苏"), leaf("orders.count", "lte", 0))
    answer = found(question, BY_TEST)
    assert (answer.total, answer.near, len(answer.some)) == (40, False, 6)
