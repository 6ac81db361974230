"""Questions and opinions from the first word to the answer; social media with response time."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.interactions.people import actor, customer, user
from zhike.identity.models import Notice
from zhike.identity.queries import add_working_time
from zhike.interactions.actions import (
    accept_inquiry,
    answer_inquiry,
    close_inquiry,
    forward_inquiry,
    log_post,
    raise_inquiry,
    reply_post,
)
from zhike.interactions.models import Inquiry, Interaction, SocialPost, ToDo
from zhike.interactions.queries import inquiry_desk
from zhike.kernel.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return user()


@pytest.fixture
def expert():
    return user("任知远")


def open_todos(person):
    return list(ToDo.unscoped.filter(owner=person, status="open").values_list("title", flat=True))


@pytest.mark.requirement("COM-008", "COM-015")
class TestInquiry:
    def test_from_the_question_to_the_told_answer(self, me, expert):
        by, handler = actor(me), actor(expert)
        company = customer(me, grade="vip")
        before = timezone.now()
        row = raise_inquiry(company, by=by, text="白油闪点？", handler=expert, kind="question")
        assert Notice.unscoped.filter(user=expert).count() == 1
        assert open_todos(expert) == ["答复客户：白油闪点？"]
        assert add_working_time(before, 4) <= row.due_at <= add_working_time(timezone.now(), 4)
        accept_inquiry(row.pk, by=handler)
        with pytest.raises(Conflict):
            close_inquiry(row.pk, by=by)
        answer_inquiry(row.pk, by=handler, answer="闭口 200 ℃ 以上")
        assert open_todos(expert) == []
        assert open_todos(me) == ["把答复告诉客户：白油闪点？"]
        close_inquiry(row.pk, by=by, told_channel="call")
        row.refresh_from_db()
        assert (row.status, row.told_channel, bool(row.closed_at)) == ("closed", "call", True)
        assert open_todos(me) == []

    def test_forwarding_moves_the_to_do_and_keeps_the_customers_deadline(self, me, expert):
        by = actor(me)
        row = raise_inquiry(customer(me), by=by, text="包装太薄", handler=me, kind="opinion")
        due = row.due_at
        forward_inquiry(row.pk, by=by, handler=expert, reason="归生产部")
        row.refresh_from_db()
        assert (row.handler_id, row.due_at, row.status) == (expert.pk, due, "forwarded")
        assert (open_todos(me), open_todos(expert)) == ([], ["答复客户：包装太薄"])

    def test_only_the_handler_answers_and_a_stranger_sees_nothing(self, me, expert):
        row = raise_inquiry(customer(me), by=actor(me), text="x", handler=expert)
        with pytest.raises(Conflict):
            answer_inquiry(row.pk, by=actor(me), answer="y")
        with pytest.raises(NotFound):
            accept_inquiry(row.pk, by=actor(user()))
        with pytest.raises(Invalid):
            raise_inquiry(customer(me), by=actor(me), text="x", handler=10**9)

    def test_the_late_ones_stand_apart(self, me, expert, django_assert_num_queries):
        by = actor(me)
        late = raise_inquiry(customer(me), by=by, text="迟", handler=expert)
        raise_inquiry(customer(me), by=by, text="早", handler=me)
        past = timezone.now() - dt.timedelta(minutes=1)
        Inquiry.unscoped.filter(pk=late.pk).update(accept_by=past)
        with django_assert_num_queries(2):
            desk = inquiry_desk(by, "late")
        assert [row.pk for row in desk.rows] == [late.pk]
        assert desk.counts == {"late": 1, "mine": 1, "open": 2, "closed": 0}
        assert [row.text for row in inquiry_desk(actor(expert), "mine").rows] == ["迟"]


@pytest.mark.requirement("COM-016")
class TestSocial:
    def test_a_comment_and_our_reply_with_its_time(self, me):
        by, company = actor(me), customer(me)
        posted = timezone.now() - dt.timedelta(minutes=95)
        row = log_post(
            company, by=by, platform="wechat", text="物流很快", posted_at=posted, kind="comment",
            author="蓝屿采购", link="https://mp.weixin.qq.com/s/abc",
        )  # fmt: skip
        reply_post(row.pk, by=by, reply="谢谢支持", replied_at=posted + dt.timedelta(minutes=30))
        stored = SocialPost.unscoped.get()
        assert (stored.minutes, stored.reply, stored.owner_id) == (30, "谢谢支持", me.pk)
        talk = Interaction.unscoped.filter(customer=company, channel="social").order_by("id")
        assert [one.direction for one in talk] == ["in", "out"]
        with pytest.raises(Conflict):
            reply_post(row.pk, by=by, reply="再谢")

    @pytest.mark.parametrize(
        "values",
        [{"link": "javascript:alert(1)"}, {"posted_at": timezone.now() + dt.timedelta(days=1)},
         {"platform": "myspace"}],
    )  # fmt: skip
    def test_bad_values_are_refused(self, me, values):
        given = {"platform": "weibo", "text": "x", "posted_at": timezone.now(), **values}
        with pytest.raises(Invalid):
            log_post(customer(me), by=actor(me), **given)
        assert not Interaction.unscoped.exists()

    def test_a_reply_before_the_post_is_refused(self, me):
        row = log_post(
            customer(me), by=actor(me), platform="weibo", text="x", posted_at=timezone.now()
        )
        with pytest.raises(Invalid):
            reply_post(row.pk, by=actor(me), reply="y", replied_at=timezone.now() - dt.timedelta(1))
