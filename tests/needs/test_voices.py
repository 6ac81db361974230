"""What customers said, in any of the voices, becomes a suggestion and never a need by itself."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import actor, make, make_user
from zhike.interactions.queries.voice import Voice, voices
from zhike.kernel.errors import Invalid
from zhike.kernel.models import EventRow
from zhike.kernel.policy_store import in_force
from zhike.needs.actions import confirm_suggestion, hear, hear_all
from zhike.needs.handlers import after_rating
from zhike.needs.models import Idea, Need, NeedType, Suggestion
from zhike.needs.queries.suggestions import open_suggestions, with_evidence
from zhike.surveys.actions import record_satisfaction
from zhike.surveys.events import SatisfactionRecorded
from zhike.surveys.models import Satisfaction

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


@pytest.fixture
def types(world):
    for name in ("产品需求", "技术需求", "业务需求"):
        make("needs.needtype", name=name)
    return {row.name: row for row in NeedType.unscoped.all()}


@pytest.mark.requirement("NEED-011")
@pytest.mark.parametrize(
    ("key", "field", "source"),
    [
        ("interactions.interaction", "summary", "visit"),
        ("interactions.comment", "text", "visit"),
        ("interactions.inquiry", "text", "feedback"),
        ("interactions.socialpost", "text", "feedback"),
        ("teamwork.feedback", "text", "feedback"),
        ("surveys.satisfaction", "remark", "survey"),
    ],
)
def test_every_voice_is_heard_by_the_job(world, types, key, field, source):
    text = "上周到货。客户希望提供小包装规格。谢谢。"
    said = make(key, customer=world.customer, owner=world.ann, **{field: text})
    hear_all()
    assert hear_all() == 0, "a sentence of a text is suggested once"
    row = Suggestion.unscoped.get(source=key, source_id=said.pk)
    assert (row.quote, row.words, row.type) == (
        "客户希望提供小包装规格。", "希望、包装、规格", types["产品需求"],
    )  # fmt: skip
    assert (row.owner_id, row.customer) == (world.ann.pk, world.customer)
    assert not Need.unscoped.exists(), "nothing is created without a person"
    made = confirm_suggestion(row, by=world.by_ann, title="小包装").need
    assert (made.source, made.type, made.description) == (source, types["产品需求"], row.quote)


@pytest.mark.requirement("NEED-011")
def test_a_remark_beside_a_score_is_heard_when_it_is_recorded(world, types):
    values = {"customer": world.customer.pk, "score": 55, "rated_on": timezone.localdate(),
              "remark": "希望提供小包装规格。"}  # fmt: skip
    row = record_satisfaction(Satisfaction, values, by=world.by_ann)
    event = EventRow.objects.get(name=SatisfactionRecorded.name)
    after_rating(SatisfactionRecorded(**event.payload))
    assert Suggestion.unscoped.get().source_id == row.pk


@pytest.mark.requirement("NEED-011")
def test_a_new_source_plugs_in(world, types, monkeypatch):
    class Answers(Voice):
        """Stands for the answers of a survey: any table with customer and owner will do."""

    monkeypatch.setitem(voices, "needs.idea", Answers(Idea, "满意度调查", origin="survey"))
    idea = make(
        "needs.idea", customer=world.customer, owner=world.ann, text="最好能缩短交期。一点。"
    )
    assert hear("needs.idea", idea.pk) == 1
    row = Suggestion.unscoped.get(source="needs.idea")
    assert row.type == types["业务需求"]
    assert confirm_suggestion(row, by=world.by_ann, title="交期").need.source == "survey"


@pytest.mark.requirement("NEED-011")
def test_what_is_old_or_names_no_customer_is_left_alone(world, clock):
    make("teamwork.feedback", customer=None, text="希望提供电子发票与报告。")
    make("interactions.interaction", customer=world.customer, summary="客户希望提供小包装。")
    days = in_force("needs.listening")[1].look_back_days
    assert hear_all(timezone.now() + dt.timedelta(days=days, hours=1)) == 0
    assert hear_all() == 1


@pytest.mark.requirement("NEED-011")
def test_a_type_is_asked_where_the_rule_knows_none(world):
    row = make("needs.suggestion", customer=world.customer, owner=world.ann)
    with pytest.raises(Invalid) as refused:
        confirm_suggestion(row, by=world.by_ann, title="小包装")
    assert list(refused.value.fields) == ["type"]


@pytest.mark.requirement("NEED-011")
def test_the_sentence_is_marked_in_its_text(world, types):
    said = make(
        "interactions.interaction", customer=world.customer, owner=world.ann,
        summary="上周到货。客户希望提供小包装<b>。谢谢。",
    )  # fmt: skip
    hear_all()
    found = open_suggestions(world.by_ann)[0]
    assert [(p.text, p.tone) for p in found.pieces] == [
        ("上周到货。", ""), ("客户", "quote"), ("希望", "word"), ("提供小", "quote"),
        ("包装", "word"), ("<b>。", "quote"), ("谢谢。", ""),
    ]  # fmt: skip
    html = browser(world.ann).get("/needs/heard/").content.decode()
    assert '<mark class="zk-heard zk-heard-word">希望</mark>' in html
    assert "<b>。" not in html
    assert f'value="{types["产品需求"].pk}" selected' in html
    page = browser(world.ann).get(f"/needs/suggestion/{found.row.pk}/").content.decode()
    assert '<mark class="zk-heard zk-heard-word">希望</mark>' in page
    blind = actor(make_user("blind", grants={("needs.suggestion", "view"): "all"}))
    seen = with_evidence([found.row], blind)[0]
    assert seen.url == "", "who may not read the note sees the sentence only"
    assert "上周到货" not in "".join(piece.text for piece in seen.pieces)
    assert said.pk


@pytest.mark.requirement("NEED-011")
def test_confirm_and_dismiss_on_the_worklist(world, types):
    for text in ("客户希望提供小包装。", "抱怨到货太慢了。"):
        make("interactions.interaction", customer=world.customer, owner=world.ann, summary=text)
    hear_all()
    need, pain = Suggestion.unscoped.order_by("id")
    client = browser(world.ann)
    sent = {"title": "小包装", "type": types["技术需求"].pk}
    assert client.post(f"/needs/heard/{need.pk}/confirm/", sent).status_code == 302
    assert Need.unscoped.get().type == types["技术需求"]
    assert client.post(f"/needs/heard/{need.pk}/confirm/", sent).status_code == 302
    assert Need.unscoped.count() == 1, "a second click changes nothing"
    client.post(f"/needs/heard/{pain.pk}/dismiss/", {"reason": "物流已换"})
    pain.refresh_from_db()
    assert (pain.status, pain.reason) == ("dismissed", "物流已换")
    assert hear_all() == 0
    for bad in ({"title": ""}, {"title": "x", "type": "abc"}, {"title": "x", "type": "999999"}):
        row = make("needs.suggestion", customer=world.customer, owner=world.ann)
        assert client.post(f"/needs/heard/{row.pk}/confirm/", bad).status_code == 302
        row.refresh_from_db()
        assert row.status == "open"
    other = make_user("other", grants={})
    assert browser(other).get("/needs/heard/").status_code == 403
    assert browser(other).post(f"/needs/heard/{row.pk}/confirm/", sent).status_code == 403
