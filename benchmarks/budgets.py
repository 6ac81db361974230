"""The budgets of the first slice, measured one after the other on the large data set."""

import csv
import datetime as dt
import gzip
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from benchmarks import limits
from benchmarks.measure import Browser, Figures, floor, measure
from benchmarks.plans import scope_plans

BROWSER_BACKEND = "zhike.identity.backends.AccountBackend"
LIST = "/customers/customer/"
IMPORTED = 50_000
WARMED = 6_000
REMARKS, QUALITY = (Path(__file__).with_name(f"{name}.md") for name in ("REMARKS", "QUALITY"))
HELD_BY_THOUSANDS = "泰新 东新 州蓝 州恒 州新 州启".split()
QUERIES = "蓝屿 恒源 科技 有限 苏州 hdly szhx hengyuan 华东 8000 1234 瑞鑫 新材料 C-2021-05 王伟 wangwei".split()


def person(username: str, role: str, unit: int) -> Any:
    """Return a benchmark person with a role in a unit."""
    from zhike.identity.models import Membership, Role, RoleAssignment, User
    from zhike.kernel.actions import recorded, store
    from zhike.kernel.actor import SYSTEM

    by = SYSTEM(reason="benchmark")
    found = User.unscoped.filter(username=username).first()
    if found:
        return found
    start = dt.date(2020, 1, 1)
    with recorded(by, "benchmark.person"):
        user = store(User(username=username, display_name="测试员", password="!"), by=by)
        store(Membership(user=user, unit_id=unit, valid_from=start), by=by)
        given = Role.unscoped.get(code=role)
        store(RoleAssignment(user=user, role=given, valid_from=start), by=by)
    return user


def session(user: Any) -> str:
    """Return the key of a session in which the person has signed in."""
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), BROWSER_BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["began"] = store["seen"] = time.time()
    store["duty"] = ""
    store.save()
    return str(store.session_key)


def report(only: str = "") -> str:
    """Measure everything, or one of ``limits.PARTS``, and return the report as Markdown."""
    from benchmarks.customers import customers
    from zhike.trust.actions import ensure_defaults
    from zhike.trust.queries import actor_for

    ensure_defaults()
    manager, seller, supervisor = (
        person("bench-manager", "sales_manager", 2),
        person("bench-seller", "sales", 8),
        person("bench-supervisor", "crm_supervisor", 1),
    )
    give_customers(seller)
    parts = {
        "requests": lambda: requests(manager, seller),
        "plans": lambda: scope_plans(manager, seller),
        "grading": grading,
        "customers": lambda: customers(actor_for(manager), Browser(session(supervisor))),
        "import": importing,
        "weight": lambda: weight(manager),
    }
    lines = [head()]
    for name in (only,) if only else limits.PARTS:
        print(f"measuring: {name}", file=sys.stderr)
        lines += parts[name]()
    if not only:
        lines += [path.read_text(encoding="utf-8") for path in (REMARKS, QUALITY)]
    return "\n".join(lines).strip() + "\n"


def give_customers(seller: Any) -> None:
    """Let the seller own two hundred customers, once."""
    Customer = apps.get_model("customers.customer")
    if not Customer.unscoped.filter(owner=seller).exists():
        ids = list(Customer.unscoped.order_by("id").values_list("id", flat=True)[:200_000:1000])
        Customer.unscoped.filter(pk__in=ids).update(owner=seller, unit_id=8)


def head() -> str:
    """Return the head: machine, versions, size of the data."""
    counts = []
    with connection.cursor() as cursor:
        for table in ("customers_customer", "customers_person", "sales_order"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts.append(f"{cursor.fetchone()[0]:,} {table}")
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return (
        "# Results\n\n"
        f"`make bench`, {dt.date.today()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" PostgreSQL {server}; {', '.join(counts)}.\n"
        f"Load average at the start {os.getloadavg()[0]:.1f}. In process, whole middleware chain, one"
        " request at a time; the floor is one query and its rows as JSON, right after each of them.\n"
    )


def requests(manager: Any, seller: Any) -> list[str]:
    """Measure pages and fragments, beside a worker that settles the search index as it does."""
    from zhike.exchange.jobs import settle_terms

    settle_terms(0)
    chief, rep = Browser(session(manager)), Browser(session(seller))
    bare = floor(*floor_sql())
    base = measure("floor: 50 rows, SQL and JSON", bare)

    def row(name: str, ask: Callable[[int], tuple[int, bytes]], **rounds: int) -> str:
        found = measure(name, ask, **rounds)
        return found.row(measure("", bare, rounds=20).p50)  # the machine's speed swings meanwhile

    table = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "table"}
    draw = random.Random(1)
    count = min(apps.get_model("customers.customer").unscoped.count(), 1_000_000)
    ids = visible_ids(manager, [draw.randrange(count // 5, count) for _ in range(60)])
    deep = deep_address(chief)
    draw.seed()  # visits pile up: other customers in each run
    visited = iter(visible_ids(manager, [draw.randrange(count // 5, count) for _ in range(800)]))
    asked = [
        row(limits.TABLE, lambda n: chief.ask(LIST, **table)),
        row(
            "the same, sorted by spend", lambda n: chief.ask(LIST + "?sort=-annual_spend", **table)
        ),
        row("the same, deep page by cursor", lambda n: chief.ask(deep, **table)),
        row("the same, whole page", lambda n: chief.ask(LIST)),
        row("the same, first after a pause", lambda n: after_a_pause(lambda: chief.ask(LIST))),
        row("list of a seller with 200 customers (HTMX)", lambda n: rep.ask(LIST, **table)),
        row(
            "palette search, 16 queries in turn",
            lambda n: chief.ask(f"/palette/?q={quoted(n)}"),
            rounds=320,  # twenty turns: a short disturbance of the machine is not the twentieth part
            warm=16,  # a whole turn: each mix of rare and common words has its statement
        ),
        row(
            "the same by a seller with 200 customers",
            lambda n: rep.ask(f"/palette/?q={quoted(n)}"),
            rounds=320,
            warm=16,
        ),
        row(
            "the same, words that 3,000 to 8,000 customers hold",
            lambda n: chief.ask(f"/palette/?q={quoted(n, HELD_BY_THOUSANDS)}"),
            rounds=120,
            warm=6,
        ),
        row(
            "customer 360 (HTMX navigation)",
            lambda n: chief.ask(f"{LIST}{ids[n % len(ids)]}/", htmx=True),
        ),
        row("customer 360, whole page", lambda n: chief.ask(f"{LIST}{ids[n % len(ids)]}/")),
        row("log a visit (POST)", lambda n: log_visit(chief, next(visited))),
    ]
    return ["## Requests\n", Figures.head(), base.row(base.p50), *asked, ""]


def after_a_pause(ask: Callable[[], Any]) -> Any:
    """Ask as somebody who reads for a minute between two clicks: what was remembered is too old."""
    from zhike.trust.queries import forget_rights

    forget_rights()
    return ask()


def quoted(number: int, queries: Sequence[str] = QUERIES) -> str:
    """Return the n-th query for an address."""
    return urllib.request.quote(queries[number % len(queries)])


def visible_ids(user: Any, ids: list[int]) -> list[int]:
    """Return those customers that the person may see."""
    from zhike.trust.queries import actor_for

    Customer = apps.get_model("customers.customer")
    return list(
        Customer.objects.visible_to(actor_for(user)).filter(pk__in=ids).values_list("pk", flat=True)
    )


def floor_sql() -> tuple[str, list[Any]]:
    """Return the query of the floor: the list's columns and scope, nothing else."""
    from zhike.identity.queries import subtree

    return (
        "SELECT c.id, c.version, c.name, c.grade, c.lifecycle, c.region, c.industry, c.annual_spend,"
        " c.receivable, p.name, p.mobile, u.display_name, c.last_contact_at, c.next_step_on"
        " FROM customers_customer c LEFT JOIN customers_person p ON p.id = c.primary_contact_id"
        " LEFT JOIN identity_user u ON u.id = c.owner_id WHERE c.unit_id = ANY(%s)"
        " AND c.archived_at IS NULL ORDER BY c.updated_at DESC, c.id DESC LIMIT 50",
        [sorted(subtree({2}))],
    )


def deep_address(browser: Browser) -> str:
    """Return the address of a page half-way down, by the cursor of a row there."""
    import base64
    import json

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT updated_at, id FROM customers_customer WHERE id = 500000 OR id = 10000 ORDER BY id DESC"
        )
        moment, number = cursor.fetchone()
    raw = json.dumps([moment.isoformat(), number])
    cursor_text = base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")
    address = f"{LIST}?after={cursor_text}"
    status, _content = browser.ask(address)
    assert status == 200, f"deep page: {status}"
    return address


def log_visit(browser: Browser, pk: int) -> tuple[int, bytes]:
    """Log a visit with a next step, as the composer of the 360 page does."""
    token = "a" * 32
    body = urllib.parse.urlencode(
        {
            "csrfmiddlewaretoken": token,
            "channel": "visit",
            "summary": "讨论了年度框架协议。",
            "when": "date",
            "next_step_on": (dt.date.today() + dt.timedelta(days=7)).isoformat(),
            "next_step": "报价",
        }
    ).encode()
    cookie = f"sessionid={browser.session}; csrftoken={token}"
    answer = browser.ask(
        f"{LIST}{pk}/log/",
        htmx=True,
        body=body,
        HTTP_COOKIE=cookie,
        HTTP_REFERER="http://localhost/",
    )
    assert answer[0] < 400, f"log: {answer}"
    return answer


def grading() -> list[str]:
    """Measure a steady grading run of everybody beside its bare aggregate."""
    from zhike.customers.actions import run_grading
    from zhike.kernel.actor import SYSTEM

    by, today = SYSTEM(reason="benchmark"), dt.date.today()
    bare = (
        "SELECT count(*), max(spend) FROM (SELECT customer_id, sum(amount) AS spend FROM sales_order"
        " WHERE ordered_on > %s AND status <> 'cancelled' AND archived_at IS NULL GROUP BY 1) o"
    )
    started = time.perf_counter()
    run_grading(today, by)
    first = time.perf_counter() - started
    with connection.cursor() as cursor:
        for table in ("customers_gradeassessment", "customers_customer", "sales_order"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")  # what autovacuum does soon after it
    aggregates, runs = [], []
    for _ in range(3):
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(bare, [today - dt.timedelta(days=365)])
            cursor.fetchall()
        aggregates.append(time.perf_counter() - started)
        started = time.perf_counter()
        run_grading(today, by)
        runs.append(time.perf_counter() - started)
    ratio = min(runs) / min(aggregates)
    return [
        "## Grading everybody\n",
        f"bare aggregate {min(aggregates):.2f} s, steady run {min(runs):.2f} s: **{ratio:.2f} ×**"
        f" {limits.judged(ratio, limits.GRADING_RATIO)}. The first run of this session took {first:.1f} s.\n",
    ]


def importing() -> list[str]:
    """Measure an import of new customers from check to done, and its undo.

    A small import goes before it and is taken back, as in a worker that has imported something
    since it was started: tables of readings are loaded and connections open.
    """
    from zhike.customers.models import Customer
    from zhike.exchange.actions import undo_import
    from zhike.exchange.engine.write import settle_search
    from zhike.kernel.actor import SYSTEM

    by = SYSTEM(reason="benchmark")
    imported(by, "湖州", WARMED)
    batch_undone(by, undo_import)
    found, seconds, whole = imported(by, "嘉兴", IMPORTED)
    started = time.perf_counter()
    settle_search(Customer)
    settled = time.perf_counter() - started
    back = batch_undone(by, undo_import)
    counts = {name: count for name, count in found["counts"].items() if count}
    return [
        "## Import\n",
        f"{counts['create']:,} new customers of {IMPORTED:,} rows, six columns, checked, de-duplicated and"
        f" undoable in {seconds:.1f} s: **{IMPORTED / seconds:,.0f} rows/s**"
        f" {limits.judged(IMPORTED / seconds, limits.IMPORT_ROWS, at_least=True)}."
        f" Counts: {counts}. The rows are found by then. What only warns, names that sound like stored"
        f" ones, follows: with it the command took {whole:.1f} s ({IMPORTED / whole:,.0f} rows/s)."
        f" A job merges the search terms into their index afterwards, in {settled:.1f} s.\n",
        f"The undo of the batch took {back:.1f} s.\n",
    ]


def imported(by: Any, place: str, count: int) -> tuple[dict[str, Any], float, float]:
    """Import that many customers of a place, none of which is there.

    Returns:
        Counts; the seconds until all rows are in, and those until the command is back.
    """
    from django.utils import timezone

    from zhike.exchange.commands import import_file
    from zhike.exchange.models import ImportBatch

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["客户名称", "客户编号", "电话", "行业", "地址", "备注"])
            stamp = int(time.time())
            for n in range(count):
                name = f"{place}{chr(0x4E00 + n % 9000)}{chr(0x4E00 + n // 7)}新材料有限公司"
                row = [name, f"B{stamp}-{n}", f"137{n:08d}", "新材料", f"工业园{n}号", ""]
                writer.writerow(row)
        started = timezone.now()
        found = import_file("customers.customer", path, by=by)
        whole = timezone.now() - started
        done = ImportBatch.unscoped.get(pk=found["batch"]).finished_at
        return found, (done - started).total_seconds(), whole.total_seconds()


def batch_undone(by: Any, undo: Any) -> float:
    """Take the last import back; return the seconds."""
    from zhike.exchange.engine import run
    from zhike.exchange.models import ImportBatch

    batch = ImportBatch.unscoped.order_by("-id").first()
    started = time.perf_counter()
    undo(batch.pk, by=by)
    batch.refresh_from_db()
    run.guarded(batch.pk, run.take_back, by)
    return time.perf_counter() - started


def weight(user: Any) -> list[str]:
    """Measure the memory of a web worker that has served pages, and the bytes of the first page."""
    port = "8790"
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1",
        "--blocking-threads", "2", "--port", port, "zhike.site.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        key = session(user)
        wait_for(port)
        for n in range(200):
            fetch(port, LIST if n % 2 else f"/palette/?q={quoted(n)}", key)
        page = fetch(port, LIST, key)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        memory = max(resident(int(pid)) for pid in [str(server.pid), *children])
    finally:
        server.terminate()
        server.wait()
    dist = Path(apps.get_app_config("web").path) / "static" / "dist"
    built = [p for p in dist.rglob("*") if p.suffix in {".css", ".js", ".woff2", ".svg"}]
    first = [p for p in built if not any(w in p.name for w in ("charts", "selects", "sort"))]
    assets = sum(len(gzip.compress(p.read_bytes(), 9)) for p in first)
    html = len(gzip.compress(page, 6))
    return [
        "## Weight\n",
        f"web worker {memory / 1024:.0f} MB resident after 200 requests"
        f" {limits.judged(memory / 1024, limits.WORKER_MB)}; first page"
        f" {(assets + html) / 1024:.0f} KB compressed with all its files"
        f" {limits.judged((assets + html) / 1024, limits.FIRST_PAGE_KB)}; the list page alone"
        f" {html / 1024:.1f} KB {limits.judged(html / 1024, limits.NAVIGATION_KB)}.\n",
    ]


def wait_for(port: str) -> None:
    """Wait until the server answers."""
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return


def fetch(port: str, path: str, key: str) -> bytes:
    """Return a page as its signed-in reader gets it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={key}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def resident(pid: int) -> int:
    """Return the resident memory of a process in KB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])
