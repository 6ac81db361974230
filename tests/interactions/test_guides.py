"""Guides, talk tracks and templates: matching, approval, versions, merge fields."""

import pytest

from tests.factories import make
from tests.interactions.people import actor, customer, person, save, user
from zhike.customers.models import CustomerTag
from zhike.interactions import merge
from zhike.interactions.actions import (
    approve_template,
    approve_track,
    create_text,
    edit_text,
    log_interaction,
    retire_template,
    revise_template,
    submit_template,
    submit_track,
)
from zhike.interactions.models import Interaction, MessageTemplate, TalkTrack
from zhike.interactions.queries import guides_for, merge_values, prepared_text, preview
from zhike.interactions.queries.guides import cadence_days
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return actor(user("宋砚秋"), everything=True)


@pytest.fixture
def approver():
    return actor(user("秦若川"), everything=True)


def approved(model, writer, approver, **values):
    row = create_text(model, values, by=writer)
    steps = (
        (submit_track, approve_track) if model is TalkTrack else (submit_template, approve_template)
    )
    steps[0](row.pk, by=writer)
    steps[1](row.pk, by=approver)
    row.refresh_from_db()
    return row


@pytest.mark.requirement("COM-007", "COM-009", "COM-010")
class TestGuides:
    def track(self, writer, approver, code, **values):
        values = {"code": code, "title": code, "kind": "track", "say": "您好", **values}
        return approved(TalkTrack, writer, approver, **values)

    def test_the_customers_class_stage_tag_channel_and_situation_choose(self, writer, approver):
        tag = make("customers.tag")
        company = customer(None, grade="vip", lifecycle="loyal")
        save(CustomerTag(customer=company, tag=tag))
        for code, conditions in {
            "ALL": {}, "VIP": {"grade": "vip", "style": "formal"},
            "GOLD": {"grade": "gold"}, "LOST": {"lifecycle": "lost"},
            "TAG": {"grade": "vip", "tag": tag.pk, "lifecycle": "loyal"},
            "CALL": {"channel": "call"}, "PAY": {"situation": "payment"},
        }.items():  # fmt: skip
            self.track(writer, approver, code, **conditions)
        found = [one.title for one in guides_for(company, writer, channel="call")]
        assert found[0] == "TAG"
        assert set(found) == {"ALL", "VIP", "TAG", "CALL", "PAY"}
        visit = [
            one.title for one in guides_for(company, writer, channel="visit", situation="need")
        ]
        assert set(visit) == {"ALL", "VIP", "TAG"}

    def test_language_style_follows_the_group(self, writer, approver):
        self.track(writer, approver, "V", grade="vip", style="formal")
        self.track(writer, approver, "P", lifecycle="prospect", style="warm")
        vip = customer(None, grade="vip", lifecycle="loyal")
        new = customer(None, grade="standard", lifecycle="prospect")
        assert [one.style for one in guides_for(vip, writer)] == ["正式严谨"]
        assert [one.style for one in guides_for(new, writer)] == ["亲切热情"]

    def test_the_strategy_comes_with_the_cadence_of_the_rule(self):
        assert cadence_days(customer(None, grade="vip", lifecycle="loyal")) == 7
        assert cadence_days(customer(None, grade="vip", lifecycle="lost")) is None

    def test_drafts_are_not_shown_and_the_author_does_not_approve(self, writer, approver):
        company = customer(None)
        values = {"code": "D", "title": "草稿", "kind": "guide", "say": "x"}
        row = create_text(TalkTrack, values, by=writer)
        assert guides_for(company, writer) == []
        submit_track(row.pk, by=writer)
        with pytest.raises(Forbidden):
            approve_track(row.pk, by=writer)
        edit_text(TalkTrack, row.pk, {"say": "改过"}, by=writer)
        row.refresh_from_db()
        assert row.status == "draft"
        with pytest.raises(Conflict):
            approve_track(row.pk, by=approver)


@pytest.mark.requirement("COM-017")
class TestTemplates:
    VALUES = {
        "code": "ARRIVAL", "title": "到货通知", "channel": "sms", "language": "zh",
        "body": "{{称谓}}您好，{{客户简称}}的货已到。{{my_name}}",
    }  # fmt: skip

    def test_an_unknown_field_is_refused_at_its_place(self, writer):
        bad = {**self.VALUES, "body": "您好\n请{{客户.删除()}}和{{今天}}"}
        with pytest.raises(Invalid) as error:
            create_text(MessageTemplate, bad, by=writer)
        assert "第 2 行第 2 字" in error.value.fields["body"][0]
        assert "客户.删除()" in error.value.fields["body"][0]

    @pytest.mark.parametrize(
        "text", ["{{客户名称", "客户名称}}", "{{}}", "{{ }}", "{{{{客户名称}}"]
    )
    def test_broken_braces_are_faults(self, text):
        assert merge.faults(text)

    def test_values_are_never_read_as_fields_again(self):
        assert (
            merge.fill("{{客户名称}}", {"客户名称": "{{我的姓名}}", "我的姓名": "x"})
            == "{{我的姓名}}"
        )
        assert merge.fill("{{ customer_name }}", {"客户名称": r"\1甲"}) == r"\1甲"

    def test_the_text_is_filled_for_the_customer_and_the_version_is_kept(self, writer, approver):
        company = customer(user(), short_name="蓝屿")
        person(company, salutation="顾总")
        row = approved(MessageTemplate, writer, approver, **self.VALUES)
        ready = prepared_text(row.pk, company, writer)
        assert ready.text == "顾总您好，蓝屿的货已到。宋砚秋"
        log = log_interaction(
            company,
            by=writer,
            channel="sms",
            summary=ready.text,
            template=row.pk,
            no_next_step=True,
        )
        assert Interaction.unscoped.get(pk=log.pk).template_id == row.pk
        with pytest.raises(Invalid):
            log_interaction(company, by=writer, summary="x", template=10**9, no_next_step=True)

    def test_masked_and_hidden_fields_stay_so(self, writer):
        company = customer(user(), phone="021-55667788")
        person(company, mobile="13812345678")
        rules = {
            ("customers.person", "mobile"): "masked",
            ("customers.customer", "phone"): "hidden",
        }
        reader = actor(user(), everything=True, field_rules=rules)
        values = merge_values(company, reader)
        assert "13812345678" not in values["联系人手机"]
        assert "****" in values["联系人手机"]
        assert "客户电话" not in values

    def test_a_new_version_replaces_the_old_one_when_approved(self, writer, approver):
        first = approved(MessageTemplate, writer, approver, **self.VALUES)
        with pytest.raises(Conflict):
            edit_text(MessageTemplate, first.pk, {"body": "新"}, by=writer)
        revise_template(first.pk, by=writer)
        second = MessageTemplate.unscoped.get(code="ARRIVAL", number=2)
        with pytest.raises(Conflict):
            revise_template(first.pk, by=writer)
        edit_text(MessageTemplate, second.pk, {"body": "货到了，{{联系人}}"}, by=writer)
        submit_template(second.pk, by=writer)
        approve_template(second.pk, by=approver)
        first.refresh_from_db()
        assert first.status == "retired"
        company = customer(user())
        with pytest.raises(NotFound):
            prepared_text(first.pk, company, writer)
        assert preview(first.pk, company.pk, writer).missing == ["称谓"]

    def test_variants_in_language_and_channel_stand_beside_each_other(self, writer, approver):
        approved(MessageTemplate, writer, approver, **self.VALUES)
        english = {**self.VALUES, "language": "en", "body": "Dear {{contact_name}}"}
        mail = {**self.VALUES, "channel": "mail"}
        for variant in (english, mail):
            approved(MessageTemplate, writer, approver, **variant)
        assert MessageTemplate.unscoped.filter(status="approved").count() == 3
        with pytest.raises(Invalid):
            create_text(MessageTemplate, self.VALUES, by=writer)
        retire_template(MessageTemplate.unscoped.first().pk, by=writer)
        assert MessageTemplate.unscoped.filter(status="approved").count() == 2
