"""What a fast import must not lose: history of each row, found look-alikes, and few statements."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhike.exchange.engine import run, undo, write
from zhike.exchange.models import ImportBatch

HEADERS = ["客户编号", "客户名称", "电话", "地址"]


def rows(count: int) -> list[list[str]]:
    return [
        [f"S{n:05d}", f"宁波{chr(0x5000 + n)}{chr(0x6000 + n)}化工有限公司", f"139{n:08d}", f"工业园{n}号"]
        for n in range(count)
    ]  # fmt: skip


def steps(label: str) -> list[dict[str, object]]:
    """What the history says of all customers in one kind of step."""
    from zhike.customers.models import Customer

    found = Customer.pgh_event_model.objects.filter(pgh_label=label).select_related("pgh_context")
    return [{"record": one.pgh_obj_id, **one.pgh_context.metadata} for one in found]


@pytest.mark.requirement("DAT-027", "INT-017")
def test_each_row_has_one_step_of_history_with_its_author(load, sheet, make_actor, monkeypatch):
    from zhike.customers.models import Customer

    monkeypatch.setattr(write, "CHUNK", 20)
    by = make_actor()
    answer = load(sheet("s.csv", HEADERS, rows(50)), by)
    ids = set(Customer.unscoped.values_list("pk", flat=True))
    made = steps("insert")
    assert len(ids) == 50
    assert Counter(one["record"] for one in made) == Counter(ids)
    assert {(one["user"], one["action"], one["reason"]) for one in made} == {
        (by.user_id, "exchange.import", "s.csv")
    }
    batch = ImportBatch.unscoped.get(pk=answer["batch"])
    run.take_back(batch, by)
    gone = steps("delete")
    assert Counter(one["record"] for one in gone) == Counter(ids)
    assert {(one["user"], one["action"]) for one in gone} == {(by.user_id, "exchange.undo_import")}


def statements(load, path, by) -> tuple[int, int]:
    """Import and undo a file; the number of SQL statements of each."""
    with CaptureQueriesContext(
        connection,
    ) as importing:
        answer = load(path, by)
    assert answer["counts"]["create"] == answer["counts"]["total"]
    batch = ImportBatch.unscoped.get(pk=answer["batch"])
    with CaptureQueriesContext(connection) as undoing:
        run.take_back(batch, by)
    return len(importing), len(undoing)


@pytest.mark.requirement("INT-017")
def test_statements_do_not_grow_with_the_rows_of_a_chunk(load, sheet, system):
    load(sheet("warm.csv", HEADERS, rows(1)), system)  # rules, content types and places are kept
    few = statements(load, sheet("few.csv", HEADERS, rows(30)[1:]), system)
    many = statements(load, sheet("many.csv", HEADERS, rows(901)[1:]), system)
    assert write.CHUNK >= 900 <= undo.CHUNK
    assert many == few


@pytest.mark.requirement("DAT-024")
def test_lookalikes_are_found_in_every_portion_of_a_file(load, sheet, system, monkeypatch):
    from zhike.duplicates.actions import index_waiting
    from zhike.exchange.engine import match

    load(sheet("a.csv", HEADERS, rows(30)), system)
    index_waiting()
    monkeypatch.setattr(match, "COMPARED_AT_ONCE", 4)
    misheard = [
        [f"N{n}", name.replace("化工", "华工"), "", ""]
        for n, (_code, name, _phone, _place) in enumerate(rows(30))
        if n % 7 == 0
    ]
    strangers = [
        [f"X{n}", f"成都{chr(0x7000 + n)}{chr(0x8000 + n)}食品厂", "", ""] for n in range(9)
    ]
    found = load(sheet("b.csv", HEADERS, [*strangers, *misheard]), system, dry_run=True)
    warned = [p["row"] for p in found["problems"] if p["level"] == "warning"]
    assert warned == [len(strangers) + 2 + at for at in range(len(misheard))]


@pytest.mark.requirement("INT-017")
def test_any_text_finds_its_record_again(load, sheet, system):
    names = ['A"B"', "a\\b", "NULL", "{x}", "a,b", "''", "编号１"]
    lines = [[name, f"湖州{chr(0x5000 + n)}化工厂"] for n, name in enumerate(names)]
    load(sheet("a.csv", HEADERS[:2], lines), system)
    again = load(sheet("b.csv", HEADERS[:2], lines), system, mode="upsert", key_field="code")
    assert again["counts"]["same"] == len(names), again["problems"]
