"""The demo company: complete, alive today, made once on an empty database only, and clearable."""

import datetime as dt
import stat
from collections import Counter

import pytest

from zhike.kernel import kinds
from zhike.site.demo import draw
from zhike.site.environment import Environment

NOW = dt.datetime(2026, 11, 20, 15, 10)  # noqa: DTZ001  (drawn moments are local)


@pytest.fixture(scope="module")
def company():
    return draw.Company(NOW).customers()


def test_the_same_moment_gives_the_same_company(company):
    again = draw.Company(NOW).customers()
    assert [one.name for one in again] == [one.name for one in company]
    assert [len(one.sales) for one in again] == [len(one.sales) for one in company]


def test_names_codes_and_numbers_are_unique_and_valid(company):
    assert len({one.name for one in company}) == len(company) == 420
    code, mobile, phone = kinds.CreditCode(), kinds.Mobile(), kinds.Phone()
    for one in company:
        assert not one.credit_code or code.clean_value(one.credit_code) == one.credit_code
        assert not one.phone or phone.clean_value(one.phone) == one.phone
        assert [mobile.clean_value(who.mobile)[3:7] for who in one.people] == ["0000"] * len(
            one.people
        )
    mobiles = [who.mobile for one in company for who in one.people]
    assert len(set(mobiles)) == len(mobiles)


def spend(one: draw.Drawn, on: dt.date) -> int:
    since = on - dt.timedelta(days=365)
    return int(sum(sale.amount for sale in one.sales if since < sale.on <= on))


def test_the_five_grades_have_sensible_sizes_and_some_moved(company):
    def grade(one: draw.Drawn, on: dt.date) -> str:
        money = spend(one, on)
        steps = ((1_000_000, "vip"), (500_000, "gold"), (200_000, "silver"), (100_000, "bronze"))
        return next((name for limit, name in steps if money > limit), "standard")

    today = NOW.date()
    now = Counter(grade(one, today) for one in company)
    assert 10 <= now["vip"] < now["gold"] < now["silver"] < now["standard"]
    past = today - dt.timedelta(days=365)
    moved = [one for one in company if grade(one, past) != grade(one, today)]
    assert 30 < len(moved) < 250


def test_nothing_happened_in_the_future(company):
    for one in company:
        assert all(sale.on <= NOW.date() for sale in one.sales)
        assert all(talk.at <= NOW for talk in one.talks)


@pytest.fixture(scope="module")
def running(demo_product):
    return demo_product


@pytest.mark.requirement("TOOL-009")
def test_it_is_made_once_and_passwords_are_private(running):
    again = running.zhike("demo", check=False)
    assert again.returncode == 1
    assert "there is data already" in again.stderr
    path = Environment(home=running.home).demo_accounts
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    passwords = [line.split()[1] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(passwords) == len(set(passwords)) == 16
    assert all(len(word) >= 16 for word in passwords)


def test_the_workbench_is_alive(running):
    counted = running.python(
        "from django.utils import timezone\n"
        "from zhike.interactions.models import ToDo\n"
        "rows = ToDo.unscoped.filter(status='open', owner__username='luzhixing')\n"
        "ruled = rows.exclude(policy_id='')\n"
        "print(rows.count(), ruled.count(), rows.filter(due_at__lt=timezone.now()).count())\n"
    )
    todos, ruled, overdue = map(int, counted.split())
    assert todos > ruled > 5
    assert overdue > 0


def test_a_version_of_the_grading_rule_waits_for_approval(running):
    """Read from its history: a journey on the same company may have decided it meanwhile."""
    found = running.python(
        "from zhike.kernel.models import PolicyVersion\n"
        "rows = PolicyVersion.unscoped.filter(policy_id='customers.grade')\n"
        "first, second = rows.get(number=1), rows.get(number=2)\n"
        "history = PolicyVersion.pgh_event_model.objects.filter(pgh_obj_id=second.pk)\n"
        "print(first.status, second.submitted_by is not None,"
        " history.filter(status='submitted').exists())\n"
    )
    assert found.split() == ["approved", "True", "True"]
