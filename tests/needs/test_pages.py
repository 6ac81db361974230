"""The hand-made pages of needs through their doors: content, scope, bad input, statements."""

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from tests.factories import make, make_user
from zhike.needs.actions import (
    approve_document,
    draft_project_document,
    submit_document,
    vote_idea,
)
from zhike.needs.models import Clause, Idea, NeedsDocument
from zhike.needs.queries.ranking import ranked

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


@pytest.fixture
def document(world, analysed):
    project = make("needs.project", customer=world.customer, owner=world.ann, unit=world.unit)
    make("needs.projectmember", project=project, user=world.tech)
    analysed(project=project.pk)
    return draft_project_document(project, by=world.by_boss)


def text_of(content: bytes) -> list[str]:
    return [p.text for p in Document(io.BytesIO(content)).paragraphs]


@pytest.mark.requirement("NEED-008")
def test_the_ranking_puts_first_what_counts_most(world, analysed):
    other = make("customers.customer", owner=world.ann)
    analysed(theme="小包装")
    analysed(theme="小包装", customer=other.pk)
    analysed(theme="电子发票", importance=3, satisfaction=8, value=1000, kano="indifferent")
    board = ranked(world.by_ann)
    assert [row.title for row in board.rows] == ["小包装", "电子发票"]
    assert (board.rows[0].facts.frequency, board.rows[0].needs) == (2, 2)
    assert board.rows[0].score > board.rows[1].score
    assert [row.quadrant for row in board.rows] == ["improve", "overdone"]
    page = browser(world.ann).get("/needs/ranking/")
    html = page.content.decode()
    assert html.count("<circle") >= 2
    assert html.index("小包装") < html.index("电子发票")
    assert "优先改进" in html
    assert "重要度 9.0" in html, "the reasons of the rule stand at the row"


def test_the_ranking_shows_only_ones_own_customers(world, analysed):
    analysed()
    stranger = make_user("seller", grants={("needs.need", "view"): "own"})
    html = browser(stranger).get("/needs/ranking/").content.decode()
    assert "小包装" not in html
    assert "还没有分析过的需求" in html
    nobody = make_user("nobody")
    assert browser(nobody).get("/needs/ranking/").status_code == 403


def test_the_centre_and_its_statements(world, record, django_assert_max_num_queries):
    record()
    client = browser(world.boss)
    assert client.get("/needs/").status_code == 200
    with CaptureQueriesContext(connection) as one:
        client.get("/needs/")
    for number in range(6):
        record(title=f"需求{number}")
    with CaptureQueriesContext(connection) as many:
        html = client.get("/needs/").content.decode()
    assert len(many) <= len(one)
    assert "需求5" in html


@pytest.mark.requirement("NEED-005")
def test_the_document_as_page_paper_and_word(world, document):
    client = browser(world.boss)
    base = f"/needs/needsdocument/{document.pk}/"
    assert "5 公斤小包装" in client.get(base).content.decode()
    assert "5 公斤小包装" in client.get(f"{base}print/").content.decode()
    answer = client.get(f"{base}word/")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    lines = text_of(answer.content)
    assert any("5 公斤小包装" in line for line in lines)
    clause = Clause.unscoped.filter(document=document).first()
    assert f"1. {clause.heading}" in lines
    stranger = browser(make_user("stranger", grants={("needs.needsdocument", "view"): "own"}))
    for door in ("", "print/", "word/", "text/"):
        assert stranger.get(f"{base}{door}").status_code in {403, 404}


def test_control_characters_do_not_break_word(world, document):
    make(
        "needs.clause",
        document=document,
        heading="坏字符\x0b\x1f",
        text="甲\x00".replace("\x00", "\x08"),
    )
    answer = browser(world.boss).get(f"/needs/needsdocument/{document.pk}/word/")
    assert answer.status_code == 200
    assert any("坏字符" in line for line in text_of(answer.content))


@pytest.mark.requirement("NEED-005")
def test_the_editor_adds_moves_saves_and_submits(world, document):
    client, url = browser(world.boss), f"/needs/needsdocument/{document.pk}/text/"
    assert client.get(url).status_code == 200
    document.refresh_from_db()
    typed = {
        "version": document.version, "clauses": "2", "title": "新的名称",
        "c.0.heading": "范围", "c.0.text": "本文档适用于二期。",
        "c.1.heading": "交期", "c.1.text": "",
    }  # fmt: skip
    moved = client.post(url, {**typed, "op": "add:0"}).content.decode()
    assert 'name="clauses" value="3"' in moved
    assert Clause.unscoped.filter(document=document, heading="范围").count() == 0
    wrong = client.post(url, {**typed, "op": "save"})
    assert wrong.status_code == 422
    assert "第 2 条缺少标题或内容" in wrong.content.decode()
    assert client.post(url, {**typed, "c.1.text": "三十天。", "op": "submit"}).status_code == 302
    row = NeedsDocument.unscoped.get(pk=document.pk)
    assert (row.status, row.title) == ("submitted", "新的名称")
    live = Clause.unscoped.filter(document=document, archived_at__isnull=True)
    assert list(live.order_by("position").values_list("heading", flat=True)) == ["范围", "交期"]
    stale = client.post(url, {**typed, "op": "save"})
    assert stale.status_code == 302, "a submitted text is only shown"


@pytest.mark.requirement("NEED-005")
def test_the_author_finds_no_approval_button_and_the_second_person_does(world, document):
    submit_document(document, by=world.by_boss)
    url = f"/needs/needsdocument/{document.pk}/"
    assert "approve-document" not in browser(world.boss).get(url).content.decode()
    assert "approve-document" in browser(world.head).get(url).content.decode()
    approve_document(document, by=world.by_head)
    signed = browser(world.tech).post(f"{url}sign-document/")
    assert signed.status_code == 302
    assert "1/1" in browser(world.boss).get(url).content.decode()


@pytest.mark.requirement("NEED-013")
def test_the_board_in_the_browser(world):
    idea = make("needs.idea", title="在线批次报告", owner=world.ann, customer=world.customer)
    client = browser(world.boss)
    assert "在线批次报告" in client.get("/needs/board/").content.decode()
    assert client.post(f"/needs/board/{idea.pk}/vote/").status_code == 302
    assert client.post(f"/needs/board/{idea.pk}/vote/").status_code == 302
    assert Idea.unscoped.get(pk=idea.pk).votes_count == 1
    client.post(f"/needs/board/{idea.pk}/remark/", {"text": "支持"})
    assert "支持" in client.get("/needs/board/?status=proposed").content.decode()
    assert client.post("/needs/board/999999/vote/").status_code == 404
    rights = {("needs.idea", "view"): "all", ("needs.remark", "view"): "all"}
    other = make_user("other", grants=rights)
    html = browser(other).get("/needs/board/").content.decode()
    assert "在线批次报告" in html
    assert str(world.customer) not in html, "not everybody may know whose proposal it is"
    detail = browser(other).get(f"/needs/idea/{idea.pk}/").content.decode()
    assert str(world.customer) not in detail


def test_the_board_costs_the_same_for_many(world):
    make("needs.idea", owner=world.ann)
    client = browser(world.boss)
    client.get("/needs/board/")
    with CaptureQueriesContext(connection) as one:
        client.get("/needs/board/")
    for _n in range(5):
        idea = make("needs.idea", owner=world.ann, customer=world.customer)
        vote_idea(idea, by=world.by_tech)
    with CaptureQueriesContext(connection) as many:
        client.get("/needs/board/")
    assert len(many) <= len(one) + 1, "the customers' names are one statement more"


@pytest.mark.requirement("NEED-001")
def test_the_360_page_shows_needs(world, record):
    record()
    client = browser(world.ann)
    url = f"/customers/customer/{world.customer.pk}/"
    assert "5 公斤小包装" in client.get(url).content.decode(), "on the timeline"
    html = client.get(f"{url}?tab=needs").content.decode()
    assert "5 公斤小包装" in html
    need = world.customer.needs.get()
    page = client.get(f"/needs/need/{need.pk}/").content.decode()
    assert "首次答复" in page
    assert "zk-steps" in page


def test_the_dialog_of_an_action_names_its_button(world, record):
    need = record()
    head = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
    url = f"/needs/need/{need.pk}/answer-need/"
    html = browser(world.ann).get(url, **head).content.decode()
    assert html.count("首次答复") >= 2, "in the title and on the button"
