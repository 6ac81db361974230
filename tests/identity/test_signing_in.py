import datetime as dt

import pyotp
import pytest
from django.test import Client

from tests.identity.world import BY, GOOD, actor, person, signed_in
from zhike.identity.actions.passwords import change_own_password, reset_password
from zhike.identity.actions.people import deactivate
from zhike.identity.actions.second_factor import confirm_second_factor
from zhike.identity.actions.signing_in import check_code, sign_in
from zhike.identity.models import SignInAttempt, User
from zhike.kernel.errors import Conflict, Invalid
from zhike.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
HERE = "192.0.2.1"


def test_sixth_attempt_is_refused_even_with_the_right_password(clock):
    person("li")
    for _ in range(4):
        assert sign_in("li", "wrong", address=HERE).status == "wrong"
    assert sign_in("li", "wrong", address=HERE).status == "locked"
    result = sign_in("li", GOOD, address="192.0.2.77")
    assert result.status == "locked"
    assert 0 < result.wait_seconds <= 900
    clock.shift(dt.timedelta(minutes=15, seconds=1))
    assert sign_in("li", GOOD, address="192.0.2.77").status == "in"


def test_an_address_is_locked_for_every_account(clock):
    person("li")
    for n in range(5):
        sign_in(f"guess{n}", "wrong", address=HERE)
    assert sign_in("li", GOOD, address=HERE).status == "locked"
    assert sign_in("li", GOOD, address="192.0.2.77").status == "in"


def test_attempts_during_a_lock_do_not_prolong_it_and_locks_double_to_thirty(clock):
    person("li")
    for n in range(5):
        sign_in("li", "wrong", address=f"192.0.2.{n}")
    for n in range(20):
        assert sign_in("li", "wrong", address=f"192.0.3.{n}").wait_seconds <= 900
    clock.shift(dt.timedelta(minutes=16))
    for n in range(5):
        result = sign_in("li", "wrong", address=f"192.0.4.{n}")
    assert 900 < result.wait_seconds <= 1800
    clock.shift(dt.timedelta(minutes=31))
    for n in range(5):
        result = sign_in("li", "wrong", address=f"192.0.5.{n}")
    assert 900 < result.wait_seconds <= 1800


def test_unknown_and_known_names_look_the_same():
    person("li")
    assert sign_in("li", "wrong", address=HERE) == sign_in("nobody", "wrong", address=HERE)


def test_names_ignore_case_and_space():
    person("LiMing")
    assert sign_in(" liming ", GOOD, address=HERE).status == "in"


def test_expired_one_time_password_is_refused(clock):
    user = person("li")
    text = reset_password(user, by=BY)
    clock.shift(dt.timedelta(hours=73))
    assert sign_in("li", text, address=HERE).status == "expired"


def test_second_factor_counts_once(clock):
    user = person("li")
    secret = pyotp.random_base32()
    totp = pyotp.TOTP(secret)
    confirm_second_factor(secret, totp.now(), by=actor(user))
    assert sign_in("li", GOOD, address=HERE).status == "code"
    assert check_code(user.pk, totp.now(), address=HERE).status == "wrong"  # used to switch it on
    clock.shift(dt.timedelta(seconds=30))
    code = totp.now()
    assert check_code(user.pk, code, address=HERE).status == "in"
    assert check_code(user.pk, code, address=HERE).status == "wrong"
    assert check_code(user.pk, "abc", address=HERE).status == "wrong"


def test_guessing_codes_locks_the_account(clock):
    user = person("li")
    secret = pyotp.random_base32()
    confirm_second_factor(secret, pyotp.TOTP(secret).now(), by=actor(user))
    for _ in range(5):
        result = check_code(user.pk, "000000", address=HERE)
    assert result.status == "locked"
    clock.shift(dt.timedelta(seconds=60))
    assert check_code(user.pk, pyotp.TOTP(secret).now(), address=HERE).status == "locked"


def test_a_wrong_first_code_does_not_switch_the_factor_on():
    user = person("li")
    with pytest.raises(Invalid):
        confirm_second_factor(pyotp.random_base32(), "12345", by=actor(user))
    assert User.unscoped.get(pk=user.pk).totp_secret == ""
    secret = pyotp.random_base32()
    confirm_second_factor(secret, pyotp.TOTP(secret).now(), by=actor(user))
    with pytest.raises(Conflict):
        confirm_second_factor(secret, pyotp.TOTP(secret).now(), by=actor(user))


def test_session_id_changes_and_other_sessions_end_with_the_password():
    user = person("li")
    browser = Client()
    browser.get("/sign-in/")
    before = browser.session.session_key
    browser.post("/sign-in/", {"username": "li", "password": GOOD})
    assert browser.session.session_key != before
    other = signed_in(user)
    change_own_password(GOOD, "Another-1-2026", by=actor(user))
    for one in (browser, other):
        assert one.get("/me/").status_code == 302


def test_own_session_survives_a_password_change_in_the_browser():
    user = person("li")
    here, there = signed_in(user), signed_in(user)
    new = "Another-1-2026"
    answer = here.post("/me/password/", {"old_password": GOOD, "new_password": new, "again": new})
    assert answer.headers["Location"] == "/me/"
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302


def test_deactivation_ends_the_session_at_once():
    user = person("li", "sales")
    browser = signed_in(user)
    assert browser.get("/me/").status_code == 200
    deactivate(user, by=BY)
    assert browser.get("/me/").status_code == 302
    assert sign_in("li", GOOD, address=HERE).status == "wrong"


def test_idle_and_absolute_end(clock):
    user = person("li")
    browser = signed_in(user)
    clock.shift(dt.timedelta(minutes=29, seconds=50))
    assert browser.get("/me/").status_code == 200
    clock.shift(dt.timedelta(minutes=30, seconds=1))
    assert browser.get("/me/").status_code == 302
    browser = signed_in(user)
    for _ in range(24):
        clock.shift(dt.timedelta(minutes=29, seconds=59))
        assert browser.get("/me/").status_code == 200
    clock.shift(dt.timedelta(minutes=1))
    assert browser.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_next_leads_to_local_paths_only(target):
    person("li")
    answer = Client().post("/sign-in/", {"username": "li", "password": GOOD, "next": target})
    assert answer.headers["Location"] == "/"


def test_next_is_kept_when_local():
    person("li")
    answer = Client().post("/sign-in/", {"username": "li", "password": GOOD, "next": "/me/?a=1"})
    assert answer.headers["Location"] == "/me/?a=1"


def test_every_attempt_is_audited_without_the_password():
    person("li")
    sign_in("li", "secret-guess", address=HERE)
    sign_in("li", GOOD, address=HERE)
    entries = AuditEntry.objects.filter(kind="sign_in")
    assert list(entries.order_by("pk").values_list("succeeded", flat=True)) == [False, True]
    assert not AuditEntry.objects.filter(details__icontains="secret-guess").exists()
    assert SignInAttempt.objects.count() == 2


def test_administrator_without_second_factor_reaches_no_admin_page():
    user = person("sys", "system_administrator")
    browser = signed_in(user)
    for url in ("/", "/settings/people/", "/settings/organisation/", "/handover/1/", "/start/"):
        assert browser.get(url).headers["Location"] == "/me/second-factor/"
    page = browser.get("/me/second-factor/").content.decode()
    assert "<svg" in page
    assert "style=" not in page
    code = pyotp.TOTP(browser.session["totp"]).now()
    assert browser.post("/me/second-factor/", {"code": code}).headers["Location"] == "/me/"
    assert browser.get("/settings/people/").status_code == 200


def test_mistyped_and_huge_input_gets_422():
    person("li")
    browser = Client()
    for username, password in (
        ("", ""),
        ("x" * 5000, "y"),
        ("li\x00", "x"),
        ("李" * 64, "é" * 300),
    ):
        answer = browser.post("/sign-in/", {"username": username, "password": password})
        assert answer.status_code == 422
