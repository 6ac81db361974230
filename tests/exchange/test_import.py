"""The import engine on a real database: modes, duplicates, rights, originals, undo."""

import datetime as dt
import hashlib

import pytest
from django.db import connection

from tests.factories import make
from zhike.exchange.engine import run, write
from zhike.exchange.models import ImportBatch, ImportRow
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.registry import registry

HEADERS = ["客户编号", "客户名称", "统一社会信用代码", "电话", "年采购额(万)"]
GOOD_CODE = "91330106673959654P"


def rows(count: int, start: int = 1) -> list[list[object]]:
    return [
        [f"T{n:05d}", f"测试{n}号化工有限公司", "", f"138{n:08d}", n]
        for n in range(start, start + count)
    ]


def customers():
    from zhike.customers.models import Customer

    return Customer.unscoped


def checksum() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(string_agg(c::text, '|' ORDER BY id)) FROM customers_customer c")
        return str(cursor.fetchone()[0])


def batch_of(answer) -> ImportBatch:
    return ImportBatch.unscoped.get(pk=answer["batch"])


@pytest.mark.requirement("INT-017", "DAT-023")
def test_rows_become_customers_with_history_search_and_forms(load, sheet, system):
    answer = load(sheet("a.xlsx", HEADERS, rows(3)), system)
    assert answer["counts"]["create"] == 3
    first = customers().get(code="T00001")
    assert (first.name_normal, str(first.purchase_volume)) == ("测试1号化工", "10000.00")
    assert first.version == 1
    from zhike.customers.models import Customer
    from zhike.kernel.search import matching

    assert matching(customers().all(), "测试2号", by=system).get().code == "T00002"
    events = Customer.pgh_event_model.objects.filter(pgh_obj_id=first.pk)
    assert events.count() == 1
    assert events.get().pgh_context.metadata["action"] == "exchange.import"
    assert events.get().pgh_context.metadata["reason"] == "a.xlsx"


@pytest.mark.requirement("INT-017")
def test_dry_run_writes_nothing(load, sheet, system):
    load(sheet("a.xlsx", HEADERS, rows(2)), system)
    before = checksum(), ImportBatch.unscoped.count(), ImportRow.objects.count()
    answer = load(
        sheet("b.xlsx", HEADERS, rows(4)), system, mode="upsert", key_field="code", dry_run=True
    )
    assert (answer["counts"]["create"], answer["counts"]["same"]) == (2, 2)
    assert before == (checksum(), ImportBatch.unscoped.count(), ImportRow.objects.count())


@pytest.mark.requirement("INT-017")
@pytest.mark.parametrize("key", ["code", "name", "phone", "credit_code"])
def test_upsert_by_any_key_keeps_empty_cells_and_clears_on_request(load, sheet, system, key):
    start = [["T1", "甲乙化工有限公司", GOOD_CODE, "13800000001", 5, "老地址"]]
    load(sheet("a.xlsx", [*HEADERS, "地址"], start), system)
    change = [["T1", "甲乙化工有限公司", GOOD_CODE, "13800000001", "", "【清空】"],
              ["T2", "丙丁化工有限公司", "91110000802100433B", "13800000002", 7, "新地址"]]  # fmt: skip
    answer = load(sheet("b.xlsx", [*HEADERS, "地址"], change), system, mode="upsert", key_field=key)
    assert (answer["counts"]["create"], answer["counts"]["update"]) == (1, 1)
    first = customers().get(code="T1")
    assert (first.address, str(first.purchase_volume), first.version) == ("", "50000.00", 2)
    again = load(sheet("c.xlsx", [*HEADERS, "地址"], change), system, mode="upsert", key_field=key)
    assert again["counts"]["update"] == 0
    assert customers().count() == 2


@pytest.mark.requirement("INT-017")
def test_modes_insert_and_update_refuse_the_other_rows(load, sheet, system):
    load(sheet("a.xlsx", HEADERS, rows(2)), system)
    insert = load(sheet("b.xlsx", HEADERS, rows(3)), system, mode="insert", key_field="code")
    assert (insert["counts"]["duplicate"], insert["counts"]["create"]) == (2, 1)
    update = load(sheet("c.xlsx", HEADERS, rows(4)), system, mode="update", key_field="code")
    assert (update["counts"]["error"], update["counts"]["same"]) == (1, 3)
    assert "没有找到" in update["problems"][0]["message"]


@pytest.mark.requirement("DAT-021", "DAT-022", "DAT-023")
def test_bad_cells_duplicates_and_lookalikes_are_named(load, sheet, system):
    load(sheet("a.xlsx", HEADERS, [["X1", "皖晟农化有限公司", GOOD_CODE, "", 1]]), system)
    lines = [
        ["Y1", "甲", "", "", 1],
        ["Y2", "乙方化工有限公司", "91330106673959654X", "", 1],
        ["Y3", "丙方化工有限公司", "", "1380013800", 1],
        ["Y4", "丁方化工有限公司", "", "", "1O3.5"],
        ["Y5", "皖晟農化股份有限公司", "", "", 1],
        ["Y6", "戊方化工有限公司", GOOD_CODE, "", 1],
        ["Y6", "己方化工有限公司", "", "", 1],
        ["Y7", "", "", "", 1],
    ]
    answer = load(sheet("b.xlsx", HEADERS, lines), system)
    found = {p["row"]: (p["column"], p["message"], p["level"]) for p in answer["problems"]}
    assert found[2][0] == "客户名称"
    assert "两个汉字" in found[2][1]
    assert found[3][0] == "统一社会信用代码"
    assert "校验位" in found[3][1]
    assert found[4][0] == "电话"
    assert found[5][0] == "年采购额(万)"
    assert "O" in found[5][1]
    assert found[6] == ("客户名称", "与“皖晟农化有限公司”相似。", "warning")
    assert found[7][2] == "skip"
    assert "第 7 行重复" in found[8][1] or "第 7 行" in found[8][1]
    assert found[9][0] == "客户名称"
    assert "必填" in found[9][1]
    assert answer["counts"]["create"] == 1


@pytest.mark.requirement("INT-018")
def test_original_authors_and_dates_are_kept(load, sheet, system, make_user):
    author = make_user("zhang", "张三丰")
    headers = ["客户编号", "客户名称", "创建时间", "创建人"]
    line = ["H1", "历史化工有限公司", "2019-05-06 08:30", "张三丰"]
    load(sheet("a.csv", headers, [line, ["H2", "今日化工有限公司", "", ""]]), system)
    old, new = customers().get(code="H1"), customers().get(code="H2")
    assert old.created_by_id == author.pk
    assert old.created_at == dt.datetime(2019, 5, 6, 0, 30, tzinfo=dt.UTC)
    assert new.created_at.year >= 2024
    load(
        sheet("b.csv", ["客户编号", "地址"], [["H1", "新址"]]),
        system,
        mode="update",
        key_field="code",
    )
    old.refresh_from_db()
    assert (old.address, old.created_by_id, old.created_at.year) == ("新址", author.pk, 2019)


@pytest.mark.requirement("INT-017")
def test_undo_spares_what_people_did_since(load, sheet, system, make_actor):
    from zhike.kernel.actions import edit_record
    from zhike.sales.models import Order

    load(sheet("a.xlsx", HEADERS, rows(2)), system)
    change = [
        ["T00001", "改名化工有限公司", "", "", ""],
        ["T00002", "又改化工有限公司", "", "", ""],
    ]
    answer = load(
        sheet("b.xlsx", HEADERS, [*change, *rows(4, start=10)]),
        system, mode="upsert", key_field="code",
    )  # fmt: skip
    assert (answer["counts"]["update"], answer["counts"]["create"]) == (2, 4)
    from zhike.customers.models import Customer

    edited = customers().get(code="T00002")
    edit_record(Customer, edited.pk, {"address": "手改"}, by=system)
    fresh = customers().get(code="T00013")
    edit_record(Customer, fresh.pk, {"address": "手改"}, by=system)
    ordered = customers().get(code="T00010")
    now = ordered.created_at
    Order.unscoped.create(number="O1", customer=ordered, ordered_on="2026-01-05", amount=1,
                          created_at=now, updated_at=now)  # fmt: skip
    batch = batch_of(answer)
    run.take_back(batch, system)
    assert batch.options["undone"] == {"removed": 2, "archived": 1, "restored": 1, "kept": 2}
    back = customers().get(code="T00001")
    assert (back.name, back.name_normal, str(back.purchase_volume)) == (
        "测试1号化工有限公司", "测试1号化工", "10000.00",
    )  # fmt: skip
    assert customers().get(code="T00002").address == "手改"
    assert customers().get(code="T00013").archived_at is None
    ordered.refresh_from_db()
    assert ordered.archived_at is not None
    assert set(customers().values_list("code", flat=True)) == {
        "T00001",
        "T00002",
        "T00010",
        "T00013",
    }
    from zhike.kernel.search import matching

    assert matching(customers().all(), "改名", by=system).count() == 0


@pytest.mark.requirement("INT-017")
def test_a_row_that_somebody_overtook_stays_out_and_says_so(load, sheet, system, monkeypatch):
    plain = write.chunks

    def overtaken(plan):
        monkeypatch.setattr(write, "chunks", plain)
        load(sheet("b.xlsx", HEADERS, rows(1, start=2)), system)
        return plain(plan)

    monkeypatch.setattr(write, "chunks", overtaken)
    batch = batch_of(load(sheet("a.xlsx", HEADERS, rows(3)), system))
    assert (batch.created, batch.bad) == (2, 1)
    assert sorted(customers().values_list("code", flat=True)) == ["T00001", "T00002", "T00003"]
    (left_out,) = batch.rows.filter(fate="error")
    assert left_out.row_number == 3
    assert "刚有人写入" in left_out.problems[0]["message"]
    run.take_back(batch, system)
    assert customers().get().code == "T00002"


@pytest.mark.requirement("INT-017")
def test_rights_of_verb_field_scope_and_assignment(load, sheet, make_actor, system):
    load(sheet("a.xlsx", HEADERS, rows(1)), system)
    stranger = make_actor("li", "李四", without=("assign",), own=("change", "view"))
    with pytest.raises(Forbidden):
        load(sheet("b.xlsx", HEADERS, rows(1, 5)), make_actor("no", "无权", without=("import",)))
    answer = load(sheet("b.xlsx", HEADERS, rows(1)), stranger, mode="upsert", key_field="code")
    assert "不在您的可修改范围" in answer["problems"][0]["message"]
    assert answer["counts"]["error"] == 1
    line = [["Z1", "归属化工有限公司", "王小明"], ["Z2", "自己化工有限公司", "李四"]]
    make_actor()
    owned = load(sheet("c.xlsx", ["客户编号", "客户名称", "负责人"], line), stranger)
    assert "没有把记录分配给他人" in owned["problems"][0]["message"]
    assert customers().get(code="Z2").owner_id == stranger.user_id
    rules = {("customers.customer", "phone"): "readonly"}
    with pytest.raises(Invalid):
        load(
            sheet("d.xlsx", HEADERS, rows(1, 9)),
            make_actor("ro", "只读", rules=rules),
            mapping={"客户名称": "name", "电话": "phone"},
        )
    for name in ("version", "grade", "archived_at", "search_tsv", "nothing"):
        with pytest.raises(Invalid):
            load(
                sheet("e.xlsx", HEADERS, rows(1)),
                system,
                mapping={"客户名称": "name", "电话": name},
            )


@pytest.mark.requirement("INT-017")
def test_links_are_resolved_by_code_or_name_within_scope(load, sheet, system):
    load(sheet("a.xlsx", HEADERS, rows(2)), system)
    headers = ["订单号", "客户", "下单日期", "金额", "状态"]
    lines = [
        ["S1", "T00001", "2026.1.5", "1,200.50", "已下单"],
        ["S2", "测试2号化工有限公司", "2026年1月6日", 80, "signed"],
        ["S3", "没有这家", "2026-01-07", 1, "已下单"],
        ["S4", "T00001", "2026-01-07", 1, "飞走了"],
    ]
    answer = load(sheet("o.csv", headers, lines, encoding="gb18030"), system, key="sales.order")
    assert answer["counts"] | {"create": 2, "error": 2} == answer["counts"]
    from zhike.sales.models import Order

    amounts = dict(Order.unscoped.values_list("number", "amount"))
    assert {k: str(v) for k, v in amounts.items()} == {"S1": "1200.50", "S2": "80.00"}
    assert Order.unscoped.get(number="S2").status == "signed"


def test_masked_cells_of_an_export_keep_the_stored_value(load, sheet, system):
    load(sheet("a.xlsx", HEADERS, rows(1)), system)
    answer = load(
        sheet("b.xlsx", ["客户编号", "电话", "地址"], [["T00001", "138****0001", "新址"]]),
        system, mode="update", key_field="code",
    )  # fmt: skip
    assert answer["counts"]["update"] == 1
    assert customers().get(code="T00001").phone == "13800000001"


@pytest.mark.requirement("INT-017")
def test_thousand_rows_with_forty_bad_ones_round_trip(load, sheet, system, tmp_path):
    import openpyxl

    from zhike.exchange.files import error_file

    lines = rows(1000)
    bad = list(range(0, 1000, 25))
    for at in bad:
        lines[at][3] = "1380013800"
    answer = load(sheet("千家.xlsx", HEADERS, lines), system)
    assert (answer["counts"]["create"], answer["counts"]["error"]) == (960, 40)
    path, name = error_file(batch_of(answer), only_bad=True)
    assert name == "千家_错误行.xlsx"
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page.max_row == 41
    assert "电话" in str(page.cell(2, 6).value)
    for at, row in enumerate(bad, 2):
        page.cell(at, 4).value = f"139{row:08d}"
    corrected = tmp_path / "千家_改.xlsx"
    book.save(corrected)
    again = load(corrected, system)
    assert (again["counts"]["create"], again["counts"]["error"]) == (40, 0)
    assert customers().count() == 1000
    whole, _name = error_file(batch_of(answer), only_bad=False)
    assert openpyxl.load_workbook(whole).active.max_row == 1001
    assert hashlib.sha256(path.read_bytes()).hexdigest()


def test_satisfaction_keeps_its_rules_when_it_is_imported(load, sheet, system):
    customer, other = make("customers.customer"), make("customers.customer")
    make("customers.person", customer=customer, name="林可")
    make("customers.person", customer=other, name="陆舟")
    headers = ["客户", "评价人", "评价日期", "评分（0–100）"]
    lines = [
        [customer.code, "林可", "2026-01-05", 90],
        [customer.code, "陆舟", "2026-01-05", 80],
        [customer.code, "", "2999-01-05", 70],
        [customer.code, "", "2026-01-05", 101],
    ]
    answer = load(sheet("s.xlsx", headers, lines), system, key="surveys.satisfaction")
    assert answer["counts"] | {"create": 1, "error": 3} == answer["counts"], answer
    rows = registry.resource("surveys.satisfaction").model.unscoped
    assert list(rows.values_list("score", "person__name")) == [(90, "林可")]
