"""The tutorial of docs/guide/tutorial.md: three real data sets through the ordinary commands.

    python docs/tutorial/run.py --data ../shared/data

It needs an empty, migrated database (``ZHIKE_HOME`` or ``DATABASE_URL``), because it is about your
first working day. It prints row counts, seconds and the distribution of grades; exit code 3 says that
the data is not there.
"""

import argparse
import csv
import datetime as dt
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

NO_DATA = 3
TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
CENT = Decimal("0.01")
CUSTOMER = ("code", "name", "created_at")  # the day on which the old system knew them
NEEDED = (
    "cn-companies/szse_companies_half.csv.gz",
    "cn-company-linkage/companies_dirty.csv.gz",
    "olist/customers.parquet",
    "olist/orders.parquet",
    "olist/order_payments.parquet",
    "online-retail/online_retail.parquet",
)
PEOPLE = """
from zhike.identity.actions.people import create_user
from zhike.identity.actions.roles import assign_role
from zhike.identity.models import Role, User
from zhike.kernel.actor import SYSTEM
by = SYSTEM(reason="tutorial")
for name, shown, code in (("writer", "起草人", "crm_supervisor"), ("approver", "审批人", "crm_owner")):
    if not User.unscoped.filter(username=name).exists():
        user = create_user(User, {"username": name, "display_name": shown}, by=by)
        assign_role(user, Role.unscoped.get(code=code), by=by)
"""
PARAMS = """
import json
from zhike.kernel.policy_store import in_force
print(json.dumps(in_force("customers.grade")[1].model_dump(mode="json")))
"""
NIGHT = """
from django.utils import timezone
from zhike.customers.actions import active_schemes, refresh_figures, run_grading
from zhike.interactions import cadence
from zhike.kernel.actor import SYSTEM
by, today = SYSTEM(reason="tutorial"), timezone.localdate()
refresh_figures(None, by=by)
for scheme in active_schemes(today):
    run = run_grading(today, by, scheme=scheme)
    print(f"  {scheme}: {run.assessed:,} 家评定 assessed, {run.seconds:.2f} s")
filled = cadence.fill()
print(f"  今日待办 to-dos: {filled.created:,}")
"""
COUNT = """
from django.db.models import Count
from zhike.customers.models import GradeAssessment
rows = GradeAssessment.unscoped.filter(
    valid_to=None, scheme="{scheme}", customer__code__startswith="{prefix}")
found = dict(rows.values_list("grade").annotate(n=Count("id")))
print("  " + "  ".join(f"{{grade}} {{found.get(grade, 0):,}}"
      for grade in ("vip", "gold", "silver", "bronze", "standard")))
"""


def main() -> int:
    """Run all parts; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--limit", type=int, default=0, help="customers of each set, 0 = all")
    options = parser.parse_args()
    missing = [name for name in NEEDED if not (options.data / name).is_file()]
    if missing:
        print(f"没有数据 no data below {options.data}: {', '.join(missing)}")
        return NO_DATA
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        zhike("migrate", quiet=True)
        zhike("shell", "-c", PEOPLE, quiet=True)
        companies(options.data, work)
        olist(options.data / "olist", work, options.limit)
        retail(options.data / "online-retail", work, options.limit)
    return 0


def default_data() -> Path:
    """Return where the data sets are looked for."""
    return Path(os.environ.get("ZHIKE_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")


def zhike(*arguments: str, quiet: bool = False, may_fail: bool = False) -> str:
    """Run one command and return what it printed."""
    command = [sys.executable, "-m", "zhike.site.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in ((0, 1) if may_fail else (0,)):
        sys.exit(f"zhike {' '.join(arguments[:2])}: {done.stdout}{done.stderr}")
    if not quiet:
        print(done.stdout.rstrip(), flush=True)
    return done.stdout


def load(resource: str, path: Path, mapping: dict[str, str], *more: str) -> dict[str, Any]:
    """Import a file and print counts, seconds and the first problems."""
    plan = path.with_suffix(".json")
    plan.write_text(json.dumps(mapping), encoding="utf-8")
    arguments = ("import", resource, str(path), "--mapping", str(plan), "--json", *more)
    answer: dict[str, Any] = json.loads(zhike(*arguments, quiet=True, may_fail=True))
    counts, seconds = answer["counts"], answer["seconds"]
    rate = counts["total"] / max(seconds, 0.01)
    told = "  ".join(f"{name} {number:,}" for name, number in counts.items())
    print(f"  {path.name}: {told}  |  {seconds} s, {rate:,.0f} rows/s")
    for problem in answer["problems"][:4]:
        print(f"    第 {problem['row']} 行 {problem['column']}: {problem['message']}", flush=True)
    return answer


def write(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a csv file as an old system would hand it over."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows(rows)
    return path


def companies(data: Path, work: Path) -> None:
    """(a) Listed companies, then a dirty list of the same: bad rows reported, look-alikes told."""
    print("\n(a) 中国上市公司 Chinese companies")
    clean, dirty = work / "companies.csv", work / "companies_dirty.csv"
    for source, target in ((NEEDED[0], clean), (NEEDED[1], dirty)):
        target.write_bytes(gzip.decompress((data / source).read_bytes()))
    fields = {
        "code": "code", "full_name": "name", "short_name": "short_name", "city": "region",
        "registered_address": "address", "industry": "industry", "website": "website",
    }  # fmt: skip
    load("customers.customer", clean, fields, "--match", "code")
    fields = {"record_id": "code", "name": "name", "address": "address", "website": "website"}
    load("customers.customer", dirty, fields, "--match", "code")


def tables(folder: Path, *names: str) -> list[list[dict[str, Any]]]:
    """Read parquet files as rows."""
    import pyarrow.parquet as pq

    return [pq.read_table(folder / f"{name}.parquet").to_pylist() for name in names]


def olist(folder: Path, work: Path, limit: int) -> None:
    """(b) A Brazilian market place: customers, orders, payments; graded in its own currency."""
    print("\n(b) Olist：客户、订单、回款，按雷亚尔分级 graded in BRL")
    buyers, orders, payments = tables(folder, "customers", "orders", "order_payments")
    people = sorted({row["customer_unique_id"] for row in buyers})
    kept = set(people[: limit or None])
    who = {row["customer_id"]: row["customer_unique_id"] for row in buyers}
    orders = [row for row in orders if who.get(row["customer_id"]) in kept]
    moved = TODAY - max(row["order_purchase_timestamp"] for row in orders).date()
    paid: dict[str, list[tuple[int, str, Decimal]]] = defaultdict(list)
    for row in payments:
        amount = Decimal(str(row["payment_value"])).quantize(CENT)
        paid[row["order_id"]].append((row["payment_sequential"], row["payment_type"], amount))
    first: dict[str, dt.date] = {}
    for row in orders:
        day = row["order_purchase_timestamp"].date() + moved
        first[who[row["customer_id"]]] = min(day, first.get(who[row["customer_id"]], day))
    customers = [
        (f"OL-{key[:12]}", f"Olist {key[:12]}", f"{first.get(key, TODAY)} 09:00")
        for key in people[: limit or None]
    ]
    write(work / "olist_customers.csv", CUSTOMER, customers)
    states = {"delivered": "signed", "shipped": "shipped", "canceled": "cancelled"}
    booked, received = [], []
    for row in orders:
        lines = paid.get(row["order_id"], [])
        amount = sum((amount for _n, _kind, amount in lines), Decimal(0))
        if amount <= 0:
            continue
        code = f"OL-{who[row['customer_id']][:12]}"
        day = (row["order_purchase_timestamp"].date() + moved).isoformat()
        state = states.get(row["order_status"], "placed")
        booked.append((row["order_id"], code, day, amount, state))
        if state != "cancelled":
            received += [
                (f"{row['order_id']}-{n}", code, row["order_id"], day, amount,
                 "card" if "card" in kind else "online")
                for n, kind, amount in lines if amount > 0
            ]  # fmt: skip
    sales_files(work, "olist", booked, received)
    in_brl = {"vip": 1_000, "gold": 500, "silver": 200, "bronze": 100}
    grade(work, "customers.grade", "BRL", in_brl)
    zhike("shell", "-c", COUNT.format(scheme="customers.grade", prefix="OL-"))


def sales_files(
    work: Path, name: str, booked: list[tuple[Any, ...]], received: list[tuple[Any, ...]]
) -> None:
    """Import customers, orders and payments of one data set."""
    same = {header: header for header in CUSTOMER}
    load("customers.customer", work / f"{name}_customers.csv", same, "--match", "code")
    headers = ("number", "customer", "ordered_on", "amount", "status")
    orders = write(work / f"{name}_orders.csv", headers, booked)
    load("sales.order", orders, {h: h for h in headers}, "--match", "number")
    if received:
        headers = ("number", "customer", "order", "received_on", "amount", "method")
        payments = write(work / f"{name}_payments.csv", headers, received)
        load("sales.payment", payments, {h: h for h in headers}, "--match", "number")


def retail(folder: Path, work: Path, limit: int) -> None:
    """(c) A British wholesaler: a second distribution, by a standard of one's own in pounds."""
    print("\n(c) Online Retail：第二个分布，按英镑自定标准 a standard of one's own in GBP")
    (lines,) = tables(folder, "online_retail")
    known = sorted({row["CustomerID"] for row in lines if row["CustomerID"]})
    kept = set(known[: limit or None])
    moved = TODAY - max(row["InvoiceDate"] for row in lines).date()
    totals: dict[tuple[str, int, dt.date], Decimal] = defaultdict(Decimal)
    for row in lines:
        if row["CustomerID"] in kept:
            amount = (Decimal(str(row["UnitPrice"])) * row["Quantity"]).quantize(CENT)
            day = row["InvoiceDate"].date() + moved
            totals[row["InvoiceNo"], row["CustomerID"], day] += amount
    first: dict[int, dt.date] = {}
    for _invoice, number, day in totals:
        first[number] = min(day, first.get(number, day))
    customers = [
        (f"UK-{number}", f"Online Retail {number}", f"{first.get(number, TODAY)} 09:00")
        for number in known[: limit or None]
    ]
    write(work / "retail_customers.csv", CUSTOMER, customers)
    booked = [
        (f"UK-{invoice}-{day:%m%d}", f"UK-{number}", day.isoformat(), amount, "signed")
        for (invoice, number, day), amount in totals.items()
        if amount
    ]
    sales_files(work, "retail", booked, [])
    in_gbp = {"vip": 10_000, "gold": 4_000, "silver": 1_500, "bronze": 500}
    grade(work, "customers.custom_grade", "GBP", in_gbp)
    zhike("shell", "-c", COUNT.format(scheme="customers.custom_grade", prefix="UK-"))


def grade(work: Path, policy: str, currency: str, limits: dict[str, int]) -> None:
    """Publish a standard with these lower bounds by two persons, grade everybody, fill the list."""
    params = json.loads(zhike("shell", "-c", PARAMS, quiet=True))
    params["currency"] = currency
    above: int | None = None
    for tier in params["tiers"]:
        tier["lower"], tier["upper"] = limits.get(tier["code"]), above
        tier["lower_inclusive"], tier["upper_inclusive"] = True, False
        above = tier["lower"]
    path = work / f"{currency}.json"
    path.write_text(json.dumps(params), encoding="utf-8")
    more = ("--effective", TODAY.isoformat(), "--reason", f"教程：以 {currency} 计")
    people = ("--user", "writer", "--approver", "approver")
    zhike("policy", "publish", policy, "--params", str(path), *more, *people)
    zhike("shell", "-c", NIGHT)


if __name__ == "__main__":
    sys.exit(main())
