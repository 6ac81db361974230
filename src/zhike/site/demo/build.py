"""Builds the demo company on an empty database, in one transaction, and clears it away again."""

import datetime as dt
import os
from collections import Counter
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from zhike.customers.actions import refresh_figures, run_grading
from zhike.customers.models import Customer, Person
from zhike.identity.actions.preferences import save_view
from zhike.identity.models import Notice, User
from zhike.interactions import cadence
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.metric_store import compute
from zhike.kernel.models import EventRow
from zhike.sales.models import Order
from zhike.site import environment
from zhike.site.commands.migrate import ensure_shipped
from zhike.site.console import CommandError
from zhike.site.demo import (
    communication,
    duplicates,
    handbook,
    ledger,
    loyalty,
    needs,
    pool,
    quality,
    segments,
    surveys,
    talking,
    teamwork,
)
from zhike.site.demo.draw import Company
from zhike.site.demo.organisation import Staff, hire
from zhike.site.demo.rows import at, dated

REASON = "演示数据"
SINCE_DAYS = 1_100
NOTICE_DAYS = 30
VIEWS = (
    ("luzhixing", "我的 VIP 与金卡", "owner=me&grade=vip,gold&sort=-annual_spend"),
    ("luzhixing", "本周要跟进", "owner=me&next_step_on__lte=7d&sort=next_step_on"),
    ("hanmuye", "账期观察", "owner=me&sort=-receivable"),
    ("songyanqiu", "无人负责的客户", "owner__empty=1"),
)
KEPT_TABLES = {"django_migrations", "django_content_type", "kernel_workerbeat"}


class DemoError(CommandError):
    """The demo company cannot be made or cleared here; the message says why."""


def ensure() -> None:
    """Build the company on an empty database and write its accounts to a file of mode 0600.

    Raises:
        DemoError: there is data already.
    """
    if User.unscoped.exists() or Customer.unscoped.exists():
        raise DemoError("已有数据，不再建立演示公司 there is data already")
    ensure_shipped()
    with transaction.atomic():
        staff = _build(timezone.localtime())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the plan guard of the search reads the statistics
    write_accounts(staff.lines(), environment.read().demo_accounts)


def _build(now: dt.datetime) -> Staff:
    by, today = SYSTEM(reason=REASON), now.date()
    with recorded(by, "site.demo"):
        staff = hire(by, today - dt.timedelta(days=SINCE_DAYS))
        handbook.publish(staff, today)
        drawn = Company(now.replace(tzinfo=None)).customers()
        books = ledger.open_books(drawn, staff, today)
        ledger.relate(books, staff, by, today)
        ledger.book_sales(books, by)
        talking.remember(books, staff, today)
        _grade(by, today)
        talking.remark(books, staff)
        talking.ask_for_grades(books, staff, today)
        handbook.draft_stricter(staff, today)
        segments.classify(staff, today)
        handbook.sign(staff)
        communication.describe(books, staff, today)
        cadence.fill()
        pool.fill(staff, today, by)
        needs.tell(staff, today)
        surveys.ask(staff, today)
        loyalty.remember(staff, by, today)
        for username, name, query in VIEWS:
            save_view(Customer.key(), name, query, by=staff.actor(username))
        teamwork.work_together(staff, today)
        surveys.review(staff, today)
        duplicates.find_doubles(books, staff, today)
        quality.tend(staff, today)
        _spread(now)
    compute()
    return staff


def _grade(by: Actor, today: dt.date) -> None:
    """Grade as the nightly job would have on the first day of each of the last twelve months."""
    days = {today}
    month = today.replace(day=1)
    for _n in range(12):
        days.add(month)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    refresh_figures(None, by=by)
    for day in sorted(days):
        night = SYSTEM(reason=f"每日评定 {day}")
        known = Notice.unscoped.aggregate(last=Max("id"))["last"] or 0
        run_grading(day, night)
        EventRow.objects.filter(request_id=night.request_id).update(occurred_at=at(day, 2, 0))
        told = at(day, 2, 0)
        read = {"read_at": at(day, 9, 0)} if (today - day).days > NOTICE_DAYS else {}
        made = Notice.unscoped.filter(pk__gt=known)
        dated(made, created_at=told, updated_at=told, **read)
    for day in (min(days), today):
        night = SYSTEM(reason=f"每日评定 {day}")
        run_grading(day, night, scheme="customers.abc_grade")
        EventRow.objects.filter(request_id=night.request_id).update(occurred_at=at(day, 2, 0))


def _spread(now: dt.datetime) -> None:
    """Lay what the demo did to each customer just now over the weeks before, in its order."""
    written = EventRow.objects.filter(subject=Customer.key(), occurred_at__gte=now)
    steps: Counter[int] = Counter()
    moved = []
    for event in written.order_by("-id"):
        steps[event.subject_id] += 1
        day = now.date() - dt.timedelta(days=steps[event.subject_id] * 2)
        event.occurred_at = at(day, 9 + event.pk % 8, event.pk * 7 % 60)
        moved.append(event)
    EventRow.objects.bulk_update(moved, ["occurred_at"], batch_size=500)


def write_accounts(lines: list[str], path: Path) -> None:
    """Write the passwords into a file that only the owner of the process can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def real_data() -> dict[str, int]:
    """Return what stands in the database beside the demo company: customers, people, accounts."""
    found = {
        "客户 customers": Customer.unscoped.exclude(extra__demo=True).count(),
        "联系人 people": Person.unscoped.exclude(extra__demo=True).count(),
        "账号 accounts": User.unscoped.exclude(extra__demo=True).count(),
    }
    return {name: count for name, count in found.items() if count}


def clear() -> None:
    """Empty the database of the demo company and of all that was tried out in it.

    Raises:
        DemoError: there is no demo company, or something real was added.
    """
    if not User.unscoped.filter(extra__demo=True).exists():
        raise DemoError("没有演示公司 there is no demo company")
    real = real_data()
    if real:
        named = "，".join(f"{name} {count}" for name, count in real.items())
        raise DemoError(f"已有真实数据，不清除 there is real data, nothing was cleared: {named}")
    with connection.cursor() as cursor:
        names = [n for n in connection.introspection.table_names(cursor) if n not in KEPT_TABLES]
        tables = ", ".join(connection.ops.quote_name(name) for name in names)
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    environment.read().demo_accounts.unlink(missing_ok=True)
    ensure_shipped()


def figures() -> dict[str, int]:
    """Return how much there is, for the terminal."""
    return {
        "账号 accounts": User.unscoped.count(),
        "客户 customers": Customer.unscoped.count(),
        "订单 orders": Order.unscoped.count(),
    }
