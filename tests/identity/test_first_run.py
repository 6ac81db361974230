import stat

import pytest
from django.test import Client

from tests.identity.world import GOOD, person
from zhike.identity.actions.first_run import first_run_code
from zhike.identity.models import User
from zhike.identity.queries import administrator_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _code(settings, tmp_path):
    settings.FIRST_RUN_CODE = tmp_path / "home" / "first-run-code"


def form(code: str, **changes: str) -> dict[str, str]:
    names = {"display_name": "周安", "username": "admin", "new_password": GOOD, "again": GOOD}
    return {"code": code, **names, **changes}


def test_only_who_reads_the_console_claims_the_instance(settings):
    browser = Client()
    assert browser.get("/sign-in/").headers["Location"] == "/first-run/"
    assert browser.get("/first-run/").status_code == 200
    assert stat.S_IMODE(settings.FIRST_RUN_CODE.stat().st_mode) == 0o600
    code = first_run_code()
    for bad in (
        form("wrong"),
        form(code, new_password="short", again="short"),
        form(code, again="x"),
    ):
        assert browser.post("/first-run/", bad).status_code == 422
        assert not User.unscoped.exists()
    assert browser.post("/first-run/", form(code)).headers["Location"] == "/start/"
    user = User.unscoped.get()
    assert administrator_kinds(user.pk) == {"system"}
    assert not settings.FIRST_RUN_CODE.exists()
    assert browser.get("/start/").headers["Location"] == "/me/second-factor/"


def test_guessing_the_code_is_stopped():
    browser, code = Client(), first_run_code()
    for _ in range(5):
        browser.post("/first-run/", form("wrong"))
    assert browser.post("/first-run/", form(code)).status_code == 422
    assert not User.unscoped.exists()


def test_it_is_closed_once_there_is_a_user():
    person("li")
    assert Client().get("/first-run/").headers["Location"] == "/sign-in/"
    assert Client().post("/first-run/", form(first_run_code())).headers["Location"] == "/sign-in/"
    assert User.unscoped.count() == 1
