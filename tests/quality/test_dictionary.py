"""The data dictionary, sources, governance, code lists, and where values come from."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import BY_TEST, actor, make, make_user
from zhike.customers.actions import create_customer, edit_customer
from zhike.customers.models import Customer
from zhike.exchange import commands
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.registry import registry
from zhike.quality import actions, queries
from zhike.quality.models import CodeTerm, CustomerScore, FieldNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward():
    return make_user("steward", grants={("*", "*"): "all"})


@pytest.fixture
def client(steward):
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(steward)
    return browser


@pytest.mark.requirement("DAT-011", "DAT-012")
class TestDictionary:
    """Generated from what the product knows, with the company's own words."""

    def test_every_visible_field_of_every_resource_is_in_it_with_one_class(self):
        lines = {(one.resource, one.field): one for one in queries.dictionary(BY_TEST)}
        assert lines["customers.customer", "address"].kind == "attribute"
        assert lines["customers.person", "influence"].kind == "relation"
        assert lines["sales.order", "amount"].kind == "behaviour"
        assert lines["customers.customer", "annual_spend"].kind == "behaviour"
        assert {one.kind for one in lines.values()} == {"attribute", "relation", "behaviour"}
        for key, resource in registry.resources.items():
            if key.partition(".")[0] in ("customers", "sales", "interactions"):
                editable = {f.name for f in resource.model._meta.fields if f.editable} - {"id"}
                assert {(key, name) for name in editable} <= lines.keys(), key

    def test_a_line_says_format_allowed_values_and_sensitivity(self):
        lines = {(one.resource, one.field): one for one in queries.dictionary(BY_TEST)}
        code = lines["customers.customer", "credit_code"]
        assert "18" in code.format
        assert lines["customers.customer", "size"].allowed == "大型、中型、小型、微型"
        assert lines["customers.person", "mobile"].sensitivity == "personal"
        assert lines["customers.person", "id_number"].sensitivity == "sensitive"
        assert lines["sales.order", "amount"].sensitivity == "trade"

    def test_the_company_writes_definition_owner_retention_and_source_of_truth(self, steward):
        make_values = {"resource": "customers.customer", "field": "phone", "definition": "公司总机",
                       "steward": steward.pk, "retention": "合作终止后 5 年", "truth": "营业执照",
                       "kind": "relation", "sensitivity": "trade"}  # fmt: skip
        actions.describe_field(FieldNote, make_values, by=actor(steward))
        (line,) = queries.dictionary(BY_TEST, "公司总机")
        assert (line.resource, line.field, line.steward) == (
            "customers.customer",
            "phone",
            str(steward),
        )
        assert (line.retention, line.truth) == ("合作终止后 5 年", "营业执照")
        assert (line.kind, line.sensitivity) == ("relation", "trade")

    @pytest.mark.parametrize("bad", [{"resource": "no.such"}, {"field": "shoe_size"}])
    def test_only_fields_that_exist_are_described(self, steward, bad):
        values = {"resource": "customers.customer", "field": "phone"} | bad
        with pytest.raises(Invalid):
            actions.describe_field(FieldNote, values, by=actor(steward))

    def test_hidden_fields_and_foreign_resources_stay_out(self):
        grants = {("customers.person", "view"): "all"}
        reader = make_user("reader", grants=grants, hidden=[("customers.person", "id_number")])
        lines = {(one.resource, one.field) for one in queries.dictionary(actor(reader))}
        assert ("customers.person", "mobile") in lines
        assert ("customers.person", "id_number") not in lines
        assert {resource for resource, _field in lines} == {"customers.person"}

    def test_the_page_searches(self, client):
        answer = client.get("/quality/dictionary/", {"q": "信用代码"})
        assert answer.status_code == 200
        assert "统一社会信用代码" in answer.content.decode()
        assert client.get("/quality/dictionary/", {"q": "没有这个词"}).status_code == 200


@pytest.mark.requirement("DAT-013")
def test_each_source_has_a_page_in_four_dimensions(client):
    row = make("quality.datasource", content="订单与回款", structure="一单一行", quality="每日对账")
    page = client.get(f"/quality/datasource/{row.pk}/").content.decode()
    for text in (
        "数据源",
        "数据内容",
        "数据结构",
        "数据质量",
        "订单与回款",
        "一单一行",
        "每日对账",
    ):
        assert text in page


@pytest.mark.requirement("DAT-014")
def test_governance_shows_classification_permission_and_life_cycle(client, steward):
    make("customers.customer")
    make("quality.fieldnote", resource="customers.customer", field="name", retention="永久")
    (line,) = [
        one for one in queries.governance(actor(steward)) if one.resource == "customers.customer"
    ]
    assert "客户属性" in line.classes
    assert "steward" in line.viewers
    assert "steward" in line.exporters
    assert line.retention == ("永久",)
    assert (line.live, line.archived) == (1, 0)
    assert line.sensitive > 0
    assert client.get("/quality/governance/").status_code == 200


@pytest.mark.requirement("DAT-015")
class TestCodes:
    """Foreign values are listed, mapped and made comparable."""

    def test_unmapped_values_are_listed_mapped_and_applied(self, client, steward):
        codes = make("quality.codelist", field="industry", standards="涂料\n农化")
        rows = [
            make("customers.customer", industry=name) for name in ("涂料", "油漆", "油漆", "饲料")
        ]
        (report,) = queries.mismatches(actor(steward))
        assert report["unmapped"] == [("油漆", 2), ("饲料", 1)]
        assert (report["covered"], report["total"]) == (1, 4)
        assert "油漆" in client.get("/quality/codes/").content.decode()
        client.post(f"/quality/codes/{codes.pk}/map/", {"raw": "油漆", "standard": "涂料"})
        (report,) = queries.mismatches(actor(steward))
        assert report["pending"] == [("油漆", "涂料", 2)]
        client.post(f"/quality/codes/{codes.pk}/apply/")
        names = Customer.unscoped.order_by("pk").values_list("industry", flat=True)
        assert list(names) == ["涂料", "涂料", "涂料", "饲料"]
        actions.score()
        assert "unmapped_value" in CustomerScore.unscoped.get(customer=rows[3]).faults
        assert queries.mismatches(actor(steward))[0]["unmapped"] == [("饲料", 1)]

    def test_only_standard_values_are_taken(self, steward):
        codes = make("quality.codelist", field="industry", standards="涂料")
        with pytest.raises(Invalid):
            actions.map_value(codes.pk, "油漆", "化妆品", by=actor(steward))
        with pytest.raises(Forbidden):
            actions.map_value(codes.pk, "油漆", "涂料", by=actor(make_user("nobody")))
        assert not CodeTerm.unscoped.exists()


@pytest.mark.requirement("DAT-004")
def test_every_value_keeps_its_source_and_time(steward, tmp_path):
    web = actor(steward)
    row = create_customer(Customer, {"name": "湖州清越新材料有限公司", "industry": "涂料",
                                     "address": "旧址"}, by=web)  # fmt: skip
    began = timezone.now() - timedelta(days=3)
    Customer.pgh_event_model.objects.filter(pgh_obj=row).update(pgh_created_at=began)
    edit_customer(Customer, row, {"address": "新址"}, by=web.through("portal"))
    edit_customer(Customer, row, {"website": "qingyue.cn"}, by=web.through("api"))
    row.refresh_from_db()
    found = {one.field: one for one in queries.provenance(row, web)}
    assert found["name"].source == "CRM 录入"
    assert (found["address"].source, found["address"].value) == ("客户反馈渠道", "新址")
    assert found["website"].source == "接口"
    assert found["name"].at == began
    assert found["address"].at > began
    assert found["address"].who == str(steward)
    file = tmp_path / "k.csv"
    file.write_text("客户名称,行业\n绍兴越彩染料有限公司,染料\n", "utf-8-sig")
    commands.import_file("customers.customer", file, by=web.through("import"))
    imported = Customer.unscoped.get(name="绍兴越彩染料有限公司")
    origins = {one.field: one.source for one in queries.provenance(imported, web)}
    assert origins["industry"] == "文件导入"


@pytest.mark.requirement("DAT-004")
def test_sources_name_the_channels_of_collection():
    from zhike.quality.queries.provenance import source_of

    assert source_of("form", "quality.accept_submission") == "在线表单"
    assert source_of("web", "interactions.log_interaction") == "拜访记录"
    assert source_of("web", "customers.customer.edit") == "CRM 录入"
    assert source_of("portal", "customers.customer.edit") == "客户反馈渠道"


@pytest.mark.requirement("DAT-001", "DAT-007")
def test_a_customer_keeps_profile_history_and_preferences(client, steward):
    row = make("customers.customer", name="杭州蓝屿涂料有限公司", address="文三路 1 号",
               phone="0571-88001234", email="info@lanyu.cn", preferences="小包装，周五送货")  # fmt: skip
    make("sales.order", customer=row)
    make("interactions.interaction", customer=row)
    row.refresh_from_db()
    assert (row.address, row.phone, row.email) == ("文三路 1 号", "0571-88001234", "info@lanyu.cn")
    assert row.preferences == "小包装，周五送货"
    found = queries.behaviour(row, actor(steward))
    assert (found["orders"], found["talks"]) == (1, 1)
    actions.score()
    page = client.get(f"/quality/customer/{row.pk}/").content.decode()
    assert "小包装，周五送货" in page
    assert "各字段的来源" in page
    assert "preferences" in registry.resource(Customer).form_fields()
