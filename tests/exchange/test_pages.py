"""The four steps in the browser's language: requests without scripts, the worker run by hand."""

import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhike.exchange import jobs
from zhike.exchange.models import ExportFile, ImportBatch
from zhike.kernel.errors import NotFound

HEADERS = ["编号", "公司名称", "电话"]
START = "/customers/customer/import/"


@pytest.fixture
def person(make_actor, monkeypatch, settings, tmp_path, client):
    """A signed-in person whose rights are those of ``make_actor``."""
    settings.MEDIA_ROOT = tmp_path / "media"
    actor = make_actor()

    def as_person(user, **_options):
        return actor

    for module in ("zhike.web.middleware", "zhike.exchange.jobs"):
        monkeypatch.setattr(f"{module}.actor_for", as_person)
    from zhike.identity.models import User

    client.force_login(User.unscoped.get(pk=actor.user_id))
    return actor


def send(client, path):
    with path.open("rb") as stream:
        return client.post(START, {"file": stream})


@pytest.mark.requirement("INT-017")
def test_upload_map_check_correct_import_undo(client, person, sheet):
    lines = [[f"P{n}", f"页面{n}号化工有限公司", f"138{n:08d}"] for n in range(1, 6)]
    lines[2][2] = "138"
    assert "下载模板" in client.get(START).content.decode()
    answer = send(client, sheet("页面.xlsx", HEADERS, lines))
    batch = ImportBatch.unscoped.get()
    address = f"/exchange/{batch.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert "正在读取文件" in client.get(address).content.decode()
    waiting = client.get(f"{address}progress/")
    etag = waiting.headers["ETag"]
    assert client.get(f"{address}progress/", headers={"if-none-match": etag}).status_code == 304

    jobs._inspect(batch.pk)
    text = client.get(address).content.decode()
    assert "3 / 3 自动识别" in text
    assert "页面1号化工有限公司" in text
    chosen = {"column-0": "code", "column-1": "name", "column-2": "phone", "mode": "upsert"}
    twice = client.post(f"{address}mapping/", {**chosen, "column-0": "name", "match_key": "name"})
    assert twice.status_code == 422
    assert "请只选一列" in twice.content.decode()
    mapped = client.post(f"{address}mapping/", {**chosen, "match_key": "code"})
    assert mapped.status_code == 302
    jobs._check(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.message) == ("checked", "")
    assert (batch.to_create, batch.bad) == (4, 1)
    text = client.get(address).content.decode()
    assert "导入 4 行" in text
    assert "zk-cell-error" in text
    assert text.count('data-cell="edit"') == 1  # the phone's cards show what can be corrected
    wrong = client.post(
        f"{address}cell/", {"row": 4, "header": "电话", "value": "139"}, follow=True
    )
    assert "第 4 行" in wrong.content.decode()
    client.post(f"{address}cell/", {"row": 4, "header": "电话", "value": "13900000003"})
    jobs._check(batch.pk)
    assert "导入 5 行" in client.get(address).content.decode()
    client.post(f"{address}start/")
    jobs._import(batch.pk)
    done = client.get(address).content.decode()
    assert "新增 5 条" in done
    from zhike.customers.models import Customer

    assert Customer.unscoped.get(code="P3").phone == "13900000003"
    assert Customer.unscoped.get(code="P3").owner_id == person.user_id
    client.post(f"{address}undo/")
    jobs._undo(batch.pk)
    assert "删除 5 条" in client.get(address).content.decode()
    assert Customer.unscoped.count() == 0
    assert client.post(f"{address}undo/").status_code == 409
    assert "页面.xlsx" in client.get("/exchange/").content.decode()


@pytest.mark.requirement("INT-017")
@pytest.mark.parametrize(
    ("headers", "key", "mode"),
    [
        (["公司名称", "统一社会信用代码"], "credit_code", "upsert"),
        (["公司名称", "电话"], "name", "upsert"),
        (["甲栏", "电话"], "", "insert"),
    ],
)
def test_the_surest_key_that_the_file_has_is_chosen(client, person, sheet, headers, key, mode):
    send(client, sheet("a.xlsx", headers, [["钥匙化工有限公司", ""]]))
    batch = ImportBatch.unscoped.get()
    jobs._inspect(batch.pk)
    batch.refresh_from_db()
    assert (batch.match_key, batch.mode) == (key, mode)
    text = client.get(f"/exchange/{batch.pk}/").content.decode()
    assert ("无法判断重复" in text) == (not key)
    assert f'<option value="{key}" selected>' in text or not key


def test_next_file_with_the_same_headers_is_mapped_as_before(client, person, sheet):
    path = sheet("a.xlsx", ["编号", "公司名称", "说明甲"], [["Q1", "记忆化工有限公司", "甲"]])
    for _turn in range(2):
        send(client, path)
        batch = ImportBatch.unscoped.order_by("-id")[0]
        jobs._inspect(batch.pk)
        batch.refresh_from_db()
        remembered = batch.mapping.get("说明甲")
        client.post(
            f"/exchange/{batch.pk}/mapping/",
            {"column-0": "code", "column-1": "name", "column-2": "note", "mode": "upsert",
             "match_key": "code"},
        )  # fmt: skip
        jobs._check(batch.pk)
        client.post(f"/exchange/{batch.pk}/start/")
        batch.refresh_from_db()
        if batch.status == "importing":
            jobs._import(batch.pk)
    assert remembered == "note"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF", "请上传 .xlsx"),
        ("a.xlsx", b"", "文件是空的"),
    ],
)
def test_unusable_uploads_are_refused_at_once(client, person, name, content, words):
    answer = client.post(START, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code in {200, 422}
    text = answer.content.decode()
    assert words in text or "请选择文件" in text
    assert ImportBatch.unscoped.count() == 0


def test_damaged_file_ends_with_a_message(client, person):
    client.post(START, {"file": SimpleUploadedFile("a.xlsx", b"no workbook at all")})
    batch = ImportBatch.unscoped.get()
    jobs._inspect(batch.pk)
    batch.refresh_from_db()
    assert batch.status == "failed"
    assert batch.message in client.get(f"/exchange/{batch.pk}/").content.decode()


def test_a_stranger_sees_no_batch(client, person, sheet, make_actor, monkeypatch):
    send(client, sheet("a.xlsx", HEADERS, [["R1", "他人化工有限公司", ""]]))
    batch = ImportBatch.unscoped.get()
    other = make_actor("other", "另一个人")
    monkeypatch.setattr("zhike.web.middleware.actor_for", lambda user, **_o: other)
    for end in ("", "progress/", "mapping/", "errors/"):
        assert client.get(f"/exchange/{batch.pk}/{end}").status_code == 404
    for end in ("start/", "undo/", "discard/", "cell/"):
        assert client.post(f"/exchange/{batch.pk}/{end}").status_code == 404


def test_template_reads_back(client, person, tmp_path):
    answer = client.get(f"{START}template/")
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    book = openpyxl.load_workbook(path)
    assert "客户名称*" in [cell.value for cell in book["数据"][1]]


def test_export_is_the_list_as_seen_and_can_be_imported_again(client, person, sheet, load, system):
    lines = [["E1", "=甲方化工有限公司", "13800000001"], ["E2", "乙方化工有限公司", "13800000002"]]
    load(sheet("a.xlsx", ["客户编号", "客户名称", "电话"], lines), system)
    query = "columns=code,name,phone&sort=name&q=方化工"
    page = client.get(f"/customers/customer/export/?{query}")
    assert "脱敏" in page.content.decode()
    form = {"query": query, "format": "csv"}
    assert client.post("/customers/customer/export/", form).status_code == 422
    client.post("/customers/customer/export/", {**form, "purpose": "回访"})
    file = ExportFile.unscoped.get()
    assert (file.rows, file.status) == (2, "ready")
    answer = client.get(f"/exchange/exports/{file.pk}/download/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "138****0001" in text
    assert "13800000001" not in text
    assert "'=甲方化工有限公司" in text
    from zhike.trust.models import AuditEntry

    entry = AuditEntry.objects.get(kind="export")
    assert entry.details["purpose"] == "回访"
    assert json.dumps(entry.details)
    person.grants.pop(("customers.customer", "export"))
    assert client.get(f"/exchange/exports/{file.pk}/download/").status_code == 403


def test_expired_exports_are_gone(client, person, sheet, load, system):
    from datetime import timedelta

    from django.utils import timezone

    from zhike.exchange import actions, queries

    load(sheet("a.xlsx", ["客户编号", "客户名称"], [["E1", "甲方化工有限公司"]]), system)
    file = actions.start_export("customers.customer", "", by=person, purpose="核对")
    ExportFile.unscoped.update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(NotFound):
        queries.export_to_read(file.pk, by=person)
