"""Look-alikes as they come about: typed at a fair, imported from an old sheet, a name heard on the telephone."""

import datetime as dt

from zhike.customers.models import Customer, Person
from zhike.duplicates.actions import ignore_pair, merge_records, run_scan, start_scan, undo_merge
from zhike.duplicates.actions.index import index_waiting
from zhike.duplicates.models import Merge
from zhike.duplicates.queries.workbench import pairs
from zhike.kernel.actor import SYSTEM
from zhike.site.demo.ledger import MARK, Books
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, dated, insert

STEWARD = "songyanqiu"
FORMS = ("股份有限公司", "有限责任公司", "有限公司", "集团")
SOURCES = ("2026 环保展", "旧系统导入", "电话咨询", "官网留言")
WANTED = 40


def find_doubles(books: Books, staff: Staff, today: dt.date) -> None:
    """Enter doubles of some customers, scan, and let the steward begin to clear them up."""
    by = SYSTEM(reason="演示数据")
    rows = [row for one, row, _people in books if one.grade != "vip"][::9][:WANTED]
    doubles = [_double(number, row, today) for number, row in enumerate(rows)]
    insert(Customer, doubles)
    people = [
        _same_person(double, row) for double, row in list(zip(doubles, rows, strict=True))[::3]
    ]
    insert(Person, [person for person in people if person is not None])
    index_waiting()
    run_scan(start_scan(by=by), by=by)
    _begin(staff, today)


def _double(number: int, row: Customer, today: dt.date) -> Customer:
    """Return the customer as somebody else wrote it down."""
    core = row.name
    for form in FORMS:
        core = core.removesuffix(form)
    bare = core[2:] if len(core) > 7 else core
    turned = bare[:1] + bare[2] + bare[1] + bare[3:] if len(bare) > 5 else bare
    name = (
        f"{core}公司", row.short_name if len(row.short_name) > 3 else f"{core}（集团）",
        f"{turned}有限公司", f"{core}",
    )[number % 4]  # fmt: skip
    if name == row.name:
        name = f"{core}股份公司"
    created = today - dt.timedelta(days=5 + 3 * number)
    return Customer(
        name=name, phone=row.phone if number % 3 else None, lifecycle="prospect",
        address=(row.address or "") if number % 2 else "", region=row.region,
        industry=row.industry, website=row.website if number % 4 == 1 else "",
        source=SOURCES[number % 4], owner_id=row.owner_id, unit_id=row.unit_id,
        created_at=at(created, 10), created_by_id=row.owner_id, extra=dict(MARK),
    )  # fmt: skip


def _same_person(double: Customer, row: Customer) -> Person | None:
    known = Person.unscoped.filter(pk=row.primary_contact_id).first()
    if known is None:
        return None
    return Person(
        name=known.name, customer=double, mobile=known.mobile, title=known.title,
        owner_id=double.owner_id, unit_id=double.unit_id, created_at=double.created_at,
        created_by_id=double.created_by_id, extra=dict(MARK),
    )  # fmt: skip


def _begin(staff: Staff, today: dt.date) -> None:
    """Merge some, take one back, and say of two that they are none."""
    by = staff.actor(STEWARD)
    found = list(pairs(by, "customer", "certain"))
    for number, pair in enumerate(found[-6:]):
        if number < 2:
            ignore_pair(pair, by=by, reason="两家独立法人，已电话核实")
            continue
        merge = merge_records(
            "customer", pair.left_id, pair.right_id, by=by, reason="同一家客户重复建档"
        )
        day = today - dt.timedelta(days=2 * number)
        dated(Merge.unscoped.filter(pk=merge.pk), created_at=at(max(day, today.replace(day=1)), 16))
        if number == 2:
            undo_merge(merge.pk, by=by)
