"""Contacts of customers on the co-creation board, through their own door (NEED-013)."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories import actor, make, make_user
from zhike.kernel.actions import archive_record
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.models import EventRow
from zhike.needs import actions
from zhike.needs.models import BoardLink, Idea, Remark, Vote
from zhike.needs.queries.guests import guest_board
from zhike.quality.queries.doors import limits

pytestmark = pytest.mark.django_db
DIGITS = "5678"


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


@pytest.fixture
def contact(world):
    return make(
        "customers.person", customer=world.customer, owner=world.ann, mobile="13800005678",
        name="欧阳采薇",
    )  # fmt: skip


@pytest.fixture
def token(world, contact):
    return actions.create_board_link(contact.pk, by=world.by_ann)[1]


@pytest.fixture
def other(world):
    """A contact of another customer, who has entered."""
    customer = make(
        "customers.customer", owner=world.ann, name="云岫精细化工有限公司", short_name="云岫化工"
    )
    person = make("customers.person", customer=customer, owner=world.ann, mobile="13900005678",
                  name="司徒明远")  # fmt: skip
    return actions.enter_board(actions.create_board_link(person.pk, by=world.by_ann)[1], DIGITS)


def entered(token) -> Client:
    client = Client(HTTP_HOST="localhost")
    assert client.post(f"/b/{token}/", {"digits": DIGITS}).status_code == 302
    return client


@pytest.mark.requirement("NEED-013")
def test_a_contact_proposes_votes_comments_and_sees_the_result(world, token, contact, other):
    client, url = entered(token), f"/b/{token}/"
    sent = client.post(url, {"step": "propose", "title": "桶身二维码", "text": "扫码看批号。"})
    assert sent.status_code == 302, "a reload must not propose again"
    assert "已提交" in client.get(sent.url).content.decode()
    idea = Idea.unscoped.get()
    assert (idea.status, idea.shared, idea.person, idea.customer) == (
        "waiting", False, contact, world.customer,
    )  # fmt: skip
    assert idea.owner == world.ann, "the customer's owner looks after it"
    assert "待审核" in client.get(url).content.decode(), "he sees his own at once"
    assert guest_board(other.person_id) == [], "nobody else before a colleague opened it"
    with pytest.raises(NotFound):
        actions.guest_vote(other, idea.pk)
    actions.publish_idea(idea, by=world.by_boss, title=idea.title, text=idea.text)
    actions.guest_vote(other, idea.pk)
    assert client.post(url, {"step": "vote", "idea": idea.pk}).status_code == 302
    again = client.post(url, {"step": "vote", "idea": idea.pk})
    assert "已经投过票" in again.content.decode()
    idea.refresh_from_db()
    assert idea.votes_count == 2
    assert set(Vote.unscoped.values_list("customer_id", flat=True)) == {
        world.customer.pk, other.customer_id,
    }  # fmt: skip
    remark = actions.guest_remark(other, idea.pk, "最好还能看质检报告。")
    assert "质检报告" not in client.get(url).content.decode()
    actions.publish_remark(remark, by=world.by_boss)
    assert "质检报告" in client.get(url).content.decode()
    actions.decide_idea(idea, by=world.by_boss, status="accepted", result="四月随新标签上线。")
    html = client.get(url).content.decode()
    assert "四月随新标签上线" in html
    assert "已采纳" in html


@pytest.mark.requirement("NEED-013")
def test_nobody_elses_name_or_company_is_shown(world, token, contact, other):
    mine = actions.guest_propose(other, "电子质检报告", "随货电子化。")
    actions.publish_idea(mine, by=world.by_boss, title=mine.title, text=mine.text)
    inside = make("needs.idea", title="内部提案", owner=world.boss, customer=world.customer)
    actions.remark_idea(mine, by=world.by_tech, text="内部意见：先做云岫化工。")
    actions.publish_remark(actions.guest_remark(other, mine.pk, "赞成"), by=world.by_boss)
    html = entered(token).get(f"/b/{token}/").content.decode()
    assert "电子质检报告" in html
    for secret in ("云岫", "司徒", "许听澜", "陆知行", "宋砚秋", "内部", inside.title,
                   str(world.customer)):  # fmt: skip
        assert secret not in html, secret


@pytest.mark.requirement("NEED-013")
def test_a_text_with_a_customers_name_is_not_opened(world, other):
    idea = actions.guest_propose(other, "小包装", "我们云岫化工每天用五公斤。")
    with pytest.raises(Invalid) as refused:
        actions.publish_idea(idea, by=world.by_boss, title=idea.title, text=idea.text)
    assert "云岫化工" in str(refused.value.fields["text"])
    actions.publish_idea(idea, by=world.by_boss, title=idea.title, text="每天用五公斤。")
    remark = actions.guest_remark(other, idea.pk, "云岫化工也要")
    with pytest.raises(Invalid):
        actions.publish_remark(remark, by=world.by_boss)
    with pytest.raises(Invalid):
        actions.decide_idea(idea, by=world.by_boss, status="accepted", result="先供云岫化工")
    with pytest.raises(Forbidden):
        actions.refuse_remark(remark, by=world.by_ann)
    actions.refuse_remark(remark, by=world.by_boss)
    assert Remark.unscoped.get().status == "refused"


@pytest.mark.requirement("NEED-013")
def test_a_refused_proposal_is_seen_by_its_author_with_the_reason(world, token, other):
    client, url = entered(token), f"/b/{token}/"
    client.post(url, {"step": "propose", "title": "降价", "text": "全部降价一半。"})
    idea = Idea.unscoped.get()
    with pytest.raises(Forbidden):
        actions.refuse_idea(idea, by=world.by_ann, reason="不合适")
    actions.refuse_idea(idea, by=world.by_boss, reason="价格请与客户经理协商。")
    assert "价格请与客户经理协商" in client.get(url).content.decode()
    assert guest_board(other.person_id) == []


@pytest.mark.requirement("NEED-013")
def test_without_the_digits_nothing_is_shown_and_the_link_dies(world, token):
    make("needs.idea", title="公开提案", owner=world.ann, shared=True)
    client, url = Client(HTTP_HOST="localhost"), f"/b/{token}/"
    assert "公开提案" not in client.get(url).content.decode()
    blind = client.post(url, {"step": "propose", "title": "x", "text": "y"})
    assert blind.status_code == 422
    assert not Idea.unscoped.filter(title="x").exists()
    for _n in range(limits().attempts - 1):
        assert client.post(url, {"digits": "0000"}).status_code in {404, 422}
    assert client.post(url, {"digits": DIGITS}).status_code == 404, "dead after so many tries"
    assert Client(HTTP_HOST="localhost").get("/b/nosuchtoken/").status_code == 404


@pytest.mark.requirement("NEED-013")
def test_the_link_ends_is_taken_back_and_is_good_for_one_link_only(world, token, contact, clock):
    client, url = entered(token), f"/b/{token}/"
    assert "提出提案" in client.get(url).content.decode()
    second = actions.create_board_link(contact.pk, by=world.by_ann)[1]
    client.cookies["zk-board"]["path"] = "/"
    stolen = client.get(f"/b/{second}/").content.decode()
    assert "提出提案" not in stolen, "the cookie of one link opens no other"
    guest = actions.enter_board(token, DIGITS)
    link = BoardLink.unscoped.get(pk=guest.link_id)
    assert token not in str(link.__dict__), "only a digest is kept"
    archive_record(BoardLink, link.pk, by=world.by_boss)
    assert client.get(url).status_code == 404
    with pytest.raises(NotFound):
        actions.guest_propose(guest, "小包装", "五公斤")
    days = actions.guests.rules().link_days
    fresh = actions.enter_board(second, DIGITS)
    clock.move_to(timezone.now() + dt.timedelta(days=days, minutes=1))
    assert Client(HTTP_HOST="localhost").get(f"/b/{second}/").status_code == 404
    with pytest.raises(NotFound):
        actions.guest_propose(fresh, "小包装", "五公斤")


@pytest.mark.requirement("NEED-013")
def test_steps_are_limited_by_day_and_address_and_logged(world, other, token):
    limit = actions.guests.rules().proposals
    for number in range(limit):
        actions.guest_propose(other, f"提案{number}", "说明")
    with pytest.raises(Conflict):
        actions.guest_propose(other, "再来一项", "说明")
    names = EventRow.objects.filter(name="needs.guest_took_part", subject_id=other.customer_id)
    assert names.count() == limit + 1, "the entry and each proposal stand on the timeline"
    link = BoardLink.unscoped.get(pk=other.link_id)
    assert link.visits == 1
    assert link.used_at is not None
    client = Client(HTTP_HOST="localhost")
    for _n in range(actions.guests.rules().per_hour):
        client.get(f"/b/{token}/")
    assert client.get(f"/b/{token}/").status_code == 429


@pytest.mark.requirement("NEED-013")
@pytest.mark.parametrize(
    "sent",
    [
        {"step": "vote", "idea": "abc"}, {"step": "vote", "idea": "9" * 30},
        {"step": "remark", "idea": "1", "text": "x"}, {"step": "propose"},
        {"step": "propose", "title": "x" * 500, "text": "y"},
        {"step": "propose", "title": "x", "text": "长" * 5000},
        {"step": "propose", "title": "a\x00b", "text": "y"}, {"step": "delete"}, {},
    ],
)  # fmt: skip
def test_bad_input_gets_an_answer(world, token, sent):
    found = entered(token).post(f"/b/{token}/", sent)
    assert 400 <= found.status_code < 500
    assert not Idea.unscoped.exists()


@pytest.mark.requirement("NEED-013")
def test_a_colleague_makes_the_link_on_the_page_and_moderates(world, contact):
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.ann)
    html = client.post("/needs/board/invite/", {"person": contact.pk}).content.decode()
    token = re.search(r"/b/([\w-]+)/", html)[1]
    assert client.post("/needs/board/invite/", {"person": "x"}).status_code == 422
    lonely = make("customers.person", customer=world.customer, owner=world.ann, mobile="")
    assert client.post("/needs/board/invite/", {"person": lonely.pk}).status_code == 422
    foreign = make("customers.person", customer=make("customers.customer"))
    assert client.post("/needs/board/invite/", {"person": foreign.pk}).status_code == 422
    entered(token).post(f"/b/{token}/", {"step": "propose", "title": "<b>二维码", "text": "扫码"})
    idea = Idea.unscoped.get()
    boss = Client(HTTP_HOST="localhost")
    boss.force_login(world.boss)
    assert "&lt;b&gt;二维码" in boss.get("/needs/board/?status=waiting").content.decode()
    assert "客户提案待审核" in boss.get("/approvals/").content.decode()
    posted = boss.post(
        f"/needs/idea/{idea.pk}/publish-idea/", {"title": "二维码", "text": "扫码", "key": "k"}
    )
    assert posted.status_code == 302
    idea.refresh_from_db()
    assert (idea.status, idea.shared) == ("proposed", True)
    nobody = actor(make_user("nobody", grants={}))
    with pytest.raises(Forbidden):
        actions.create_board_link(contact.pk, by=nobody)
