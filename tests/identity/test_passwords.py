import datetime as dt

import pytest

from tests.identity.world import BY, GOOD, actor, person
from zhike.identity.actions.passwords import (
    change_own_password,
    leaked_passwords,
    one_time_password,
    password_reasons,
    reset_password,
)
from zhike.identity.models import User
from zhike.identity.policies import SignInParams
from zhike.identity.queries import duties_before_work
from zhike.kernel.errors import Invalid

MLPS, ASVS = SignInParams(), SignInParams(profile="asvs")
CASES = [  # password, accepted under mlps, accepted under asvs
    ("Lan-Yu.2026-hua", True, True),
    ("lanyu2026-HUA", True, True),
    ("Aa1!aaaa", False, False),
    ("Aa1!aaaaaa", True, False),
    ("abcdefghijklmnop", False, True),
    ("ABCDEFGHIJKLmnop", False, True),
    ("correct horse battery staple", False, False),
    ("orange piano nineteen lamps", False, True),
    ("Orange piano nineteen lamps", True, True),
    ("password1234", False, False),
    ("Password1234", False, False),
    ("Password123!", False, False),
    ("P@ssw0rd1234", False, False),
    ("Admin@123456", False, False),
    ("Qwer1234!@#$", False, False),
    ("1qaz@WSX3edc", False, False),
    ("chenyu-2026-Ab", False, False),
    ("xx-ChenYu-9911", False, False),
    ("13800138000Ab!", False, False),
    ("我的密码是蓝色的海洋呀1A", True, True),
    ("我的密码是蓝色的海洋吧呀", False, True),
    ("Ab1" + "x" * 130, False, False),
    ("", False, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("password", "mlps", "asvs"), CASES)
def test_both_profiles_give_their_published_verdict(password, mlps, asvs):
    user = User(username="chenyu", mobile="13800138000", display_name="陈宇")
    for rules, expected in ((MLPS, mlps), (ASVS, asvs)):
        lines = password_reasons(user, password, rules)
        assert all(line.holds for line in lines) is expected, [x.text for x in lines if not x.holds]


def test_leaked_list_is_bundled_and_lower_case():
    assert len(leaked_passwords()) > 200
    assert all(word == word.casefold() for word in leaked_passwords())


@pytest.mark.django_db
def test_one_time_passwords_meet_both_profiles_and_differ():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for text in made:
        for rules in (MLPS, ASVS):
            assert all(line.holds for line in password_reasons(User(username="u1"), text, rules))


@pytest.mark.django_db
def test_the_last_five_passwords_are_refused_and_the_sixth_may_return():
    user = person("li")
    by, current = actor(user), GOOD
    for n in range(5):
        change_own_password(current, f"Another-{n}-2026", by=by)
        current = f"Another-{n}-2026"
        if n < 4:
            with pytest.raises(Invalid) as refused:
                change_own_password(current, GOOD, by=by)
            assert "new_password" in refused.value.fields
    change_own_password(current, GOOD, by=by)


@pytest.mark.django_db
def test_wrong_old_password_changes_nothing():
    user = person("li")
    with pytest.raises(Invalid) as refused:
        change_own_password("wrong", "Another-1-2026", by=actor(user))
    assert list(refused.value.fields) == ["old_password"]
    assert User.unscoped.get(pk=user.pk).check_password(GOOD)


@pytest.mark.django_db
def test_day_91_forces_a_change_under_mlps_only(clock):
    user = person("li")
    clock.shift(dt.timedelta(days=90))
    assert duties_before_work(user, MLPS) == ""
    clock.shift(dt.timedelta(days=1))
    assert duties_before_work(user, MLPS) == "password"
    assert duties_before_work(user, ASVS) == ""


@pytest.mark.django_db
def test_reset_gives_a_password_that_must_be_changed():
    user = person("li")
    text = reset_password(user, by=BY)
    user = User.unscoped.get(pk=user.pk)
    assert user.check_password(text)
    assert duties_before_work(user) == "password"


@pytest.mark.django_db
def test_history_holds_no_secret():
    person("li")
    columns = {f.name for f in User.pgh_event_model._meta.fields}
    assert not columns & {"password", "totp_secret", "former_passwords"}
    assert User.pgh_event_model.objects.filter(username="li").exists()
