"""The register of channels, and the visit checklist with coaching."""

import pytest

from tests.interactions.people import actor, customer, unit, user
from zhike.identity.models import Notice
from zhike.interactions.actions import (
    answer_review,
    create_channel,
    edit_channel,
    ensure_registers,
    log_interaction,
    review_visit,
)
from zhike.interactions.models import (
    ChecklistItem,
    ContactChannel,
    Interaction,
    VisitReview,
    channel_choices,
    forget_channels,
)
from zhike.interactions.queries import channels, checklist, reviews_of
from zhike.kernel.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registers():
    ensure_registers()
    yield
    forget_channels()


@pytest.fixture
def me():
    return user()


@pytest.mark.requirement("COM-001")
class TestChannels:
    def test_the_named_ones_ship_once_with_their_use(self):
        assert ensure_registers() == 0
        codes = set(ContactChannel.unscoped.values_list("code", flat=True))
        assert codes >= {
            "call",
            "mail",
            "sms",
            "wecom",
            "meeting",
            "visit",
            "social",
            "fax",
            "post",
        }
        sms = ContactChannel.unscoped.get(code="sms")
        assert (sms.hours, sms.needs_consent, bool(sms.purpose)) == ("09:00-20:00", True, True)

    def test_what_was_changed_stays_at_the_next_release(self, me):
        fax = ContactChannel.unscoped.get(code="fax")
        edit_channel(
            ContactChannel, fax, {"active": False, "owner": me.pk}, by=actor(me, everything=True)
        )
        ensure_registers()
        fax.refresh_from_db()
        assert (fax.active, fax.owner_id) == (False, me.pk)

    def test_a_disabled_channel_is_not_offered_but_old_records_keep_it(self, me):
        by, company = actor(me, everything=True), customer(me)
        old = log_interaction(company, by=by, summary="已传真", channel="fax", no_next_step=True)
        edit_channel(
            ContactChannel, ContactChannel.unscoped.get(code="fax").pk, {"active": False}, by=by
        )
        assert "fax" not in {code for code, _title, _icon in channels()}
        assert "fax" in dict(channel_choices())
        with pytest.raises(Invalid) as error:
            log_interaction(company, by=by, summary="再传真", channel="fax", no_next_step=True)
        assert "channel" in error.value.fields
        assert Interaction.unscoped.get(pk=old.pk).get_channel_display() == "传真"

    def test_a_new_one_can_be_used_at_once(self, me):
        by, company = actor(me, everything=True), customer(me)
        values = {"code": "booth", "title": "展台", "channel_class": "visit", "rank": 5}
        create_channel(ContactChannel, values, by=by)
        assert channels()[0][:2] == ("booth", "展台")
        row = log_interaction(
            company, by=by, summary="展台见面", channel="booth", no_next_step=True
        )
        assert Interaction._meta.get_field("channel").display(row.channel) == "展台"

    def test_code_and_hours_are_checked(self, me):
        by = actor(me, everything=True)
        fax = ContactChannel.unscoped.get(code="fax")
        with pytest.raises(Invalid) as error:
            edit_channel(ContactChannel, fax, {"code": "telefax"}, by=by)
        assert "code" in error.value.fields
        with pytest.raises(Invalid) as error:
            edit_channel(ContactChannel, fax, {"hours": "8点到18点"}, by=by)
        assert "hours" in error.value.fields


@pytest.mark.requirement("COM-011")
class TestCoaching:
    @pytest.fixture
    def visit(self, me):
        return log_interaction(
            customer(me), by=actor(me), summary="拜访", channel="visit", no_next_step=True
        )

    def test_marks_and_advice_reach_the_visitor_and_he_answers(self, me, visit):
        observer = actor(user("周岚"), everything=True, unit_ids=(unit().pk,))
        row = review_visit(
            visit.pk, by=observer, marks={"listen": 5, "eyes": 4}, advice="多停顿", strengths="准时"
        )
        assert (row.score, row.visitor_id) == (90, me.pk)
        assert Notice.unscoped.filter(user_id=me.pk).exists()
        assert [one.pk for one in reviews_of(visit.pk, actor(me))] == [row.pk]
        answer_review(row.pk, by=actor(me), reply="下次注意")
        row.refresh_from_db()
        assert (row.reply, bool(row.replied_at)) == ("下次注意", True)
        review_visit(visit.pk, by=observer, marks={"listen": 3}, advice="改了")
        assert VisitReview.unscoped.get().score == 60

    def test_a_third_person_does_not_see_it(self, visit):
        observer = actor(user("周岚"), everything=True)
        review_visit(visit.pk, by=observer, marks={"listen": 5}, advice="好")
        stranger = actor(user("韩牧野"))
        assert reviews_of(visit.pk, stranger) == []
        with pytest.raises(NotFound):
            review_visit(visit.pk, by=stranger, marks={"listen": 5}, advice="好")

    @pytest.mark.parametrize(
        ("marks", "advice", "field"),
        [
            ({}, "好", "marks"), ({"listen": 6}, "好", "marks"), ({"nope": 3}, "好", "marks"),
            ({"listen": 3}, " ", "advice"),
        ],
    )  # fmt: skip
    def test_incomplete_reviews_are_refused(self, visit, marks, advice, field):
        with pytest.raises(Invalid) as error:
            review_visit(visit.pk, by=actor(user(), everything=True), marks=marks, advice=advice)
        assert field in error.value.fields

    def test_nobody_reviews_himself(self, me, visit):
        with pytest.raises(Forbidden):
            review_visit(visit.pk, by=actor(me, everything=True), marks={"listen": 5}, advice="好")

    def test_the_checklist_has_non_verbal_points_and_only_those_in_use(self):
        groups = {group["title"]: group["points"] for group in checklist()}
        assert {"code": "eyes", "text": "目光交流自然"} in groups["非语言表现"]
        ChecklistItem.unscoped.filter(code="eyes").update(active=False)
        groups = {group["title"]: group["points"] for group in checklist()}
        assert "eyes" not in {item["code"] for item in groups["非语言表现"]}
