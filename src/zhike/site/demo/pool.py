"""The company's public pools: who works from them, what lies in them, a case at the desk."""

import datetime as dt
from typing import Any

from django.db.models import Q

from zhike.customers.models import Customer
from zhike.kernel.actions import create_record, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.policy_store import in_force
from zhike.pool.actions import ask_extension, put_in_pool, register_company, release
from zhike.pool.actions.recycling import take_back, warn
from zhike.pool.models import Pool, PoolEntry, PoolMember, Protection, RecycleRun, Registration
from zhike.pool.queries.due import listed
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, dated

# code, name, default, hidden fields, (unit, administrators)
POOLS: tuple[tuple[str, str, bool, list[str], str, str], ...] = (
    ("GH-01", "全国公海", True, ["phone", "email"], "DL", "songyanqiu"),
    ("GH-02", "华东公海", False, ["phone", "email", "address"], "E", "shenyibai"),
)
NEW_DATA = 20
SOURCES = ("上海涂料展名片", "行业名录整理", "官网留言", "客户转介绍")
RELEASED = (
    ("luzhixing", "两次约访未成，采购已转他家"),
    ("yeqinghe", "需求与产品线不符"),
    ("hanmuye", "区域调整，交其他同事跟进"),
)
LAST_NIGHT = 4
DISPUTED = ("湖州澄霖新材料有限公司", "水性木器漆乳液年度供应")


def fill(staff: Staff, today: dt.date, by: Actor) -> None:
    """Set up the pools and let some days pass in them."""
    for code, name, default, hidden, unit, administrator in POOLS:
        values = {"code": code, "name": name, "is_default": default}
        pool = create_record(Pool, values, by=by)
        pool.hidden_fields = hidden
        store(pool, by=by, fields=["hidden_fields"])
        create_record(PoolMember, {"pool": pool.pk, "unit": staff.units[unit].pk}, by=by)
        person: dict[str, Any] = {"user": staff.users[administrator].pk, "is_admin": True}
        create_record(PoolMember, {"pool": pool.pk, **person}, by=by)
    _protect(today, by)
    _new_data(today, by)
    _given_back(staff, today)
    _last_night(today)
    _disputed(staff, today)
    _asked(staff)


def _protect(today: dt.date, by: Actor) -> None:
    """Key accounts are not recycled: their frame contracts run on."""
    rows = Customer.unscoped.filter(grade__in=("vip", "gold"), owner__isnull=False)
    for customer in rows.order_by("-annual_spend")[:30]:
        kept = Protection(
            customer=customer, kind=Protection.Kind.CONTRACT, reason="年度框架合同",
            valid_from=today - dt.timedelta(days=200), valid_to=today + dt.timedelta(days=165),
        )  # fmt: skip
        store(kept, by=by)


def _new_data(today: dt.date, by: Actor) -> None:
    rows = Customer.unscoped.filter(owner__isnull=True, archived_at__isnull=True)
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:NEW_DATA])
    for number, pk in enumerate(chosen):
        put_in_pool([pk], by=by, reason=SOURCES[number % len(SOURCES)])
        day = today - dt.timedelta(days=1 + (number * 7) % 45)
        dated(PoolEntry.unscoped.filter(customer_id=pk), entered_at=at(day, 9 + number % 8))


def _given_back(staff: Staff, today: dt.date) -> None:
    for number, (username, reason) in enumerate(RELEASED):
        user = staff.users[username]
        rows = Customer.unscoped.filter(owner=user, lifecycle="prospect", grade="standard")
        customer = rows.order_by("pk").first()
        if customer is None:
            continue
        release([customer.pk], by=staff.actor(username), reason=reason)
        moment = at(today - dt.timedelta(days=2 + 3 * number), 17, 20)
        dated(PoolEntry.unscoped.filter(customer=customer), entered_at=moment)


def _last_night(today: dt.date) -> None:
    """What the rule did last night to the first few; the rest is tonight's."""
    by = SYSTEM(reason="公海回收")
    version, params = in_force("pool.recycling", today)
    found = listed(params, today)
    late = [one for one in found if one.late and one.grade == "standard"][:LAST_NIGHT]
    run = store(RecycleRun(on=today, policy_version=version, seconds=0.8), by=by)
    run.recycled = take_back([one.customer_id for one in late], params, today, run, by)
    run.warned = warn([one for one in found if not one.late][:12], by)
    store(run, by=by, fields=["recycled", "warned"])
    dated(PoolEntry.unscoped.filter(run=run), entered_at=at(today, 2, 40))


def _disputed(staff: Staff, today: dt.date) -> None:
    """Two colleagues register one project within a week; the supervisor has to decide."""
    company, project = DISPUTED
    told = (
        ("luzhixing", 9, "6 日拜访技术部，已送 2 公斤小样"),
        ("yeqinghe", 3, "采购经理来电询价，约下周带样"),
    )
    for username, days, evidence in told:
        values = {"company": company, "project": project, "evidence": evidence}
        values["product"] = "水性丙烯酸乳液"
        row = register_company(Registration, values, by=staff.actor(username))
        moment = at(today - dt.timedelta(days=days), 10, 12)
        rows = Registration.unscoped.filter(pk=row.pk)
        dated(rows, registered_at=moment, created_at=moment)


def _asked(staff: Staff) -> None:
    """One extension waits for the manager."""
    user = staff.users["hanmuye"]
    rows = Customer.unscoped.filter(owner=user, grade__in=("bronze", "standard"))
    rows = rows.filter(Q(last_contact_at__isnull=False)).exclude(protections__isnull=False)
    customer = rows.order_by("last_contact_at").first()
    if customer is not None:
        by = staff.actor("hanmuye")
        ask_extension(customer.pk, by=by, reason="样品正在客户产线试用，预计两周内出结果")
