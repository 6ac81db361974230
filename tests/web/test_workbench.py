"""工作台 and 待办与日程 as pages."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.interactions.people import RESOURCES, actor, customer, save, user
from zhike.identity.models import Role, RoleAssignment
from zhike.interactions import cadence
from zhike.interactions.actions import create_todo
from zhike.interactions.models import ToDo
from zhike.kernel.actor import VERBS
from zhike.trust.models import Grant
from zhike.trust.queries import forget_rights
from zhike.web import almanac

pytestmark = pytest.mark.django_db


def signed_in(person, *, hidden=(), masked=()):
    """Return a browser session of a person who may do everything with his own records."""
    role = save(Role(code=f"r{person.pk}", name="客户经理"))
    save(RoleAssignment(user=person, role=role, valid_from=dt.date(2020, 1, 1)))
    now = timezone.now()
    common = {"created_at": now, "updated_at": now, "role": role}
    Grant.unscoped.bulk_create(
        Grant(resource=key, verb=verb, reach="own", **common) for key in RESOURCES for verb in VERBS
    )
    if hidden:
        from zhike.trust.models import FieldRule

        FieldRule.unscoped.bulk_create(
            FieldRule(resource=key, field=name, access="hidden", **common) for key, name in hidden
        )
    forget_rights()
    browser = Client()
    browser.force_login(person)
    session = browser.session
    session["began"] = session["seen"] = time.time()
    session["duty"] = ""
    session.save()
    return browser


@pytest.fixture
def me():
    return user()


@pytest.fixture
def browser(me):
    return signed_in(me)


@pytest.fixture
def late(me):
    row = customer(me, grade="vip", short_name="蓝屿化工",
                   last_contact_at=timezone.now() - dt.timedelta(days=12))  # fmt: skip
    cadence.fill()
    return ToDo.unscoped.get(customer=row)


@pytest.mark.requirement("COM-005")
def test_shows_the_todo_with_rule_link_grade_and_deadline(browser, late):
    html = browser.get("/").content.decode()
    assert "蓝屿化工 · 定期回访" in html
    assert 'href="/rulebook/policies/interactions.contact_cadence/"' in html
    assert "VIP 客户 7 日回访" in html
    assert "逾期" in html
    assert 'style="' not in html
    assert "onclick" not in html


@pytest.mark.requirement("COM-005")
def test_tick_without_script_and_undo(browser, late):
    answer = browser.post(f"/todos/{late.pk}/complete/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    html = browser.get("/").content.decode()
    assert f"/todos/{late.pk}/reopen/" in html
    assert "今天已完成" in html
    browser.post(f"/todos/{late.pk}/reopen/")
    late.refresh_from_db()
    assert late.status == "open"


def test_tick_with_htmx_returns_the_card_and_the_toast(browser, late):
    headers = {"HX-Request": "true", "HX-Target": "todos"}
    answer = browser.post(f"/todos/{late.pk}/complete/", headers=headers)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.lstrip().startswith('<section id="todos"')
    assert 'hx-swap-oob="beforeend"' in html


def test_queries_do_not_grow(browser, me, late):
    for number in range(8):
        row = customer(me, f"客户{number}有限公司", grade="gold",
                       last_contact_at=timezone.now() - dt.timedelta(days=30))  # fmt: skip
        create_todo(ToDo, {"title": "寄样", "customer": row.pk, "due_at": timezone.now()},
                    by=actor(me))  # fmt: skip
    cadence.fill()
    browser.get("/")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/").status_code == 200
    assert len(queries) <= 20, "\n".join(q["sql"][:120] for q in queries)


def test_postpone_needs_a_reason_where_a_rule_stands_behind(browser, late):
    day = timezone.localdate() + dt.timedelta(days=3)
    answer = browser.post(f"/todos/{late.pk}/postpone/", {"until": day.isoformat()})
    assert answer.status_code == 422
    assert "管理制度" in answer.content.decode()
    browser.post(f"/todos/{late.pk}/postpone/", {"until": day.isoformat(), "reason": "出差"})
    late.refresh_from_db()
    assert timezone.localdate(late.due_at) == day


@pytest.mark.parametrize("until", ["", "昨天", "2026-13-40", "9" * 4000])
def test_postpone_with_nonsense(browser, late, until):
    answer = browser.post(f"/todos/{late.pk}/postpone/", {"until": until, "reason": "x"})
    assert answer.status_code == 422


def test_todo_of_others_is_not_found(late):
    stranger = signed_in(user("外人"))
    assert stranger.post(f"/todos/{late.pk}/complete/").status_code == 404
    assert stranger.get(f"/todos/{late.pk}/drop/").status_code == 404
    assert "蓝屿" not in stranger.get("/").content.decode()


def test_empty_states(browser):
    html = browser.get("/").content.decode()
    assert "还没有待办" in html
    assert "还没有联系过客户" in html
    assert "没有未完成的待办" in browser.get("/todos/").content.decode()


def test_says_that_there_is_more_later(browser):
    day = timezone.localdate() + dt.timedelta(days=20)
    browser.post("/todos/new/", {"title": "寄送报告", "due_on": day.isoformat()})
    html = browser.get("/").content.decode()
    assert "接下来 7 天没有待办" in html
    assert "还没有待办" not in html


def test_a_todo_of_the_system_leads_to_its_work_in_the_agenda_too(browser, me):
    now = timezone.now()
    save(ToDo(title="请阅读并签收：办法", family="task", owner=me, due_at=now, link="/rulebook/9/"))
    for path in ("/", "/todos/"):
        html = browser.get(path).content.decode()
        assert 'href="/rulebook/9/">请阅读并签收：办法' in html
        assert "系统生成" in html


def test_agenda_counts_what_it_does_not_list(browser, monkeypatch):
    today = timezone.localdate()
    for n in range(4):
        browser.post("/todos/new/", {"title": f"寄送报告{n}", "due_on": today.isoformat()})
    whole = browser.get("/todos/").content.decode()
    assert whole.count('class="zk-todo') >= 4
    assert "超过" not in whole
    monkeypatch.setattr("zhike.web.views.todos.MOST_LINES", 3)
    html = browser.get("/todos/").content.decode()
    assert html.count("寄送报告") < whole.count("寄送报告")
    assert "超过 3 项" in html
    assert "这里列出最早到期的 3 项" in html
    assert '<span class="zk-fortnight-count">4</span>' in html


def test_agenda_lists_adds_and_hands_on(browser, me, late):
    browser.post("/todos/new/", {"title": "寄送报告", "due_on": "2030-01-01"})
    html = browser.get("/todos/").content.decode()
    assert "寄送报告" in html
    heir = user("许听澜")
    save(RoleAssignment(user=heir, role=Role.unscoped.first(), valid_from=dt.date(2020, 1, 1)))
    ids = list(ToDo.unscoped.filter(title="寄送报告").values_list("pk", flat=True))
    browser.post("/todos/reassign/", {"id": ids, "owner": str(me.pk)})
    assert browser.post("/todos/new/", {"title": "", "due_on": "x"}).status_code in {302, 422}


@pytest.mark.parametrize("segment", ["all", "mine", "given", "nonsense"])
def test_segments(browser, late, segment):
    assert browser.get(f"/?segment={segment}").status_code == 200


def test_almanac():
    spring = almanac.today(dt.datetime(2027, 2, 5, 4, tzinfo=dt.UTC))
    assert spring.ahead == "距春节 1 天"
    leap = almanac.today(dt.datetime(2025, 8, 1, 4, tzinfo=dt.UTC))
    assert "闰六月" in leap.lunar


def test_quarter_has_no_invented_numbers(browser):
    html = browser.get("/").content.decode()
    assert "CSAT" not in html
    assert "本季还没有到期的跟进" in html
