"""A company of the size of the budgets: a million customers and persons, five million orders.

Everything is drawn from a seeded generator, so that two runs measure the same rows. Rows go in by
COPY with the history triggers off: this is the state of a company that has worked for years, not a
measurement of writing.
"""

import datetime as dt
import random
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pool
from typing import Any

from django.apps import apps
from django.db import connection

CUSTOMERS = 1_000_000
PEOPLE = 1_000_000
ORDERS = 5_000_000
UNITS = 60
USERS = 500
SEED = 20261121

CITIES = (
    "上海 北京 深圳 广州 杭州 苏州 南京 宁波 无锡 常州 南通 扬州 镇江 泰州 徐州 合肥 芜湖 济南 青岛"
    " 烟台 潍坊 淄博 武汉 宜昌 长沙 株洲 成都 重庆 西安 天津 大连 沈阳 厦门 福州 泉州 东莞 佛山 中山"
).split()
WORDS = "华 东 海 蓝 泰 恒 启 瑞 鑫 源 宏 远 创 联 盛 博 汇 金 天 新 安 立 信 正 德 嘉 禾 屿 澄 沐 皖 越".split()
TRADES = (
    "化工 新材料 涂料 染料 农化 精细化工 胶粘剂 高分子 树脂 日化 水处理 电子材料 橡塑 油墨 制药 科技"
    " 贸易 实业 环保 生物"
).split()
FORMS = ("有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰飞鹏浩宇轩子涵欣怡佳琪梦婷"
GRADES = ("vip", "gold", "silver", "bronze", "standard")
STAGES = ("prospect", "interested", "customer", "loyal", "lost")
TODAY = dt.date(2026, 11, 21)


def build(customers: int = CUSTOMERS, people: int = PEOPLE, orders: int = ORDERS) -> None:
    """Fill the connected, migrated and empty database."""
    step("people and units", lambda: organisation())
    without_indexes("customers_customer", lambda: load_customers(customers))
    without_indexes("customers_person", lambda: load_people(people))
    without_indexes("sales_order", lambda: load_orders(orders, customers))
    without_indexes("customers_customer", fill_totals)
    with connection.cursor() as cursor:
        for table in ("customers_customer", "customers_person", "sales_order"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        connection.commit()
        cursor.execute("VACUUM ANALYZE")


def step(title: str, work: Callable[[], Any]) -> None:
    """Do one part and say how long it took."""
    started = time.perf_counter()
    work()
    print(f"  {title}: {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)


def without_triggers(table: str, work: Callable[[], Any]) -> None:
    """Do one part while the table's history triggers are off."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        step(f"{table} ({work.__name__})", work)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def without_indexes(table: str, work: Callable[[], Any]) -> None:
    """Load a table without its secondary indexes and build them afterwards, which is faster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef NOT LIKE"
            " 'CREATE UNIQUE%%'",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        without_triggers(table, work)
        cursor.execute("SET maintenance_work_mem = '1GB'")

        def rebuild() -> None:
            for _name, definition in indexes:
                cursor.execute(definition)

        step(f"{table} indexes", rebuild)


def organisation() -> None:
    """Make a company of five regions with departments, and the people who sell."""
    now = "now()"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO identity_orgunit (id, version, extra, created_at, updated_at, name, code, kind)"
            f" SELECT i, 1, '{{}}', {now}, {now}, '部门' || i, 'U' || i, 'sales'"
            f" FROM generate_series(1, {UNITS}) i"
        )
        cursor.execute(
            f"INSERT INTO identity_orgplacement (version, extra, created_at, updated_at, unit_id,"
            f" parent_id, valid_from) SELECT 1, '{{}}', {now}, {now}, i,"
            f" CASE WHEN i = 1 THEN NULL WHEN i <= 6 THEN 1 ELSE 2 + i % 5 END, DATE '2020-01-01'"
            f" FROM generate_series(1, {UNITS}) i"
        )
        cursor.execute(
            f"INSERT INTO identity_user (id, version, extra, created_at, updated_at, password,"
            f" username, display_name, is_active, language, theme, must_change_password,"
            f" former_passwords, totp_secret, totp_last_step, session_epoch)"
            f" SELECT i, 1, '{{}}', {now}, {now}, '!', 'user' || i, '陆知行' || i, true, '', '',"
            f" false, '[]', '', 0, 0 FROM generate_series(1, {USERS}) i"
        )
        cursor.execute(
            f"INSERT INTO identity_membership (version, extra, created_at, updated_at, user_id,"
            f" unit_id, is_primary, valid_from) SELECT 1, '{{}}', {now}, {now}, i,"
            f" 7 + i % {UNITS - 6}, true, DATE '2020-01-01' FROM generate_series(1, {USERS}) i"
        )
        for table in ("identity_orgunit", "identity_user"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)")


def owner_of(number: int) -> tuple[int, int]:
    """Return the owner and unit of the n-th record."""
    user = 1 + number % USERS
    return user, 7 + user % (UNITS - 6)


def load_customers(count: int) -> None:
    """COPY customers with their search terms, which two processes compute."""
    columns = (
        "id version extra created_at updated_at search_tsv code name name_normal name_sort short_name"
        " credit_code owner_id unit_id grade abc_grade lifecycle region address industry size position"
        " source phone website payment_terms since note annual_spend receivable order_count"
        " last_contact_at next_step_on"
    ).split()
    copy("customers_customer", columns, customer_rows, count)


def load_people(count: int) -> None:
    """COPY persons, each with a main customer."""
    columns = (
        "id version extra created_at updated_at search_tsv name name_sort salutation customer_id title"
        " influence mobile wecom owner_id unit_id note"
    ).split()
    copy("customers_person", columns, person_rows, count)


def copy(table: str, columns: list[str], rows: Callable[[range], list[Any]], count: int) -> None:
    """COPY the rows that two processes make in chunks; what is not given gets the field's default."""
    chunks = [range(at, min(at + 20_000, count + 1)) for at in range(1, count + 1, 20_000)]
    rest = defaults(table, columns)
    names = ", ".join(f'"{name}"' for name in (*columns, *rest))
    with Pool(2) as pool, connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as target:
            for chunk in pool.imap(rows, chunks):
                for row in chunk:
                    target.write_row((*row, *rest.values()))


def defaults(table: str, given: list[str]) -> dict[str, Any]:
    """Return the columns that must not be null and were not given, with their defaults."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    return {
        f.column: f.get_db_prep_save(f.get_default(), connection)
        for f in model._meta.concrete_fields
        if f.column not in given and not f.null and not f.primary_key
    }


def stamp(number: int) -> str:
    """Return the n-th record's last change: the newest record last."""
    moment = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=80 * number)
    return moment.isoformat()


def customer_rows(numbers: range) -> list[Any]:
    """Return the customers of some numbers as rows for COPY."""
    from zhike.chinese import pinyin, terms
    from zhike.chinese.vectors import literal as lexemes
    from zhike.kernel.kinds.names import normalise

    return list(_customers(numbers, terms, pinyin, normalise, lexemes))


def _customers(
    numbers: range, terms: Any, pinyin: Any, normalise: Any, lexemes: Any
) -> Iterator[Any]:
    for n in numbers:
        draw = random.Random(SEED + n)
        brand = "".join(draw.choice(WORDS) for _ in range(draw.choice((2, 2, 3))))
        city, trade = draw.choice(CITIES), draw.choice(TRADES)
        name = f"{city}{brand}{trade}{draw.choice(FORMS)}"
        code, phone = f"C-2021-{n:07d}", f"138{n:08d}"
        owner, unit = owner_of(n)
        words = terms.name_terms(name) + terms.code_terms(code) + terms.digits_terms(phone)
        contact = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC) - dt.timedelta(
            hours=draw.randrange(4000)
        )
        yield (
            n, 1, "{}", stamp(n), stamp(n), lexemes(words), code, name, normalise(name),
            pinyin.sort_key(name), brand + trade, None, owner, unit,
            draw.choices(GRADES, (3, 8, 17, 22, 50))[0], "", draw.choices(STAGES, (30, 15, 35, 12, 8))[0],
            "320500", f"{city}市工业园区{n % 900}号", trade, draw.choice(("large", "medium", "small", "micro")),
            "", "展会", phone, "", "月结 45 天", "2021-05-01", "", 0, 0, 0, contact.isoformat(),
            "2026-12-01" if n % 3 else None,
        )  # fmt: skip


def person_rows(numbers: range) -> list[Any]:
    """Return the persons of some numbers as rows for COPY."""
    from zhike.chinese import pinyin, terms
    from zhike.chinese.vectors import literal as lexemes

    found = []
    for n in numbers:
        draw = random.Random(SEED - n)
        name = draw.choice(SURNAMES) + "".join(
            draw.choice(GIVEN) for _ in range(draw.choice((1, 2, 2)))
        )
        mobile = f"139{(n * 7919) % 100_000_000:08d}"
        owner, unit = owner_of(n)
        words = terms.name_terms(name) + terms.digits_terms(mobile)
        found.append((
            n, 1, "{}", stamp(n), stamp(n), lexemes(words), name, pinyin.sort_key(name), "", n,
            draw.choice(("采购总监", "质量经理", "仓储主管", "总经理")), "decider", mobile, "", owner, unit, "",
        ))  # fmt: skip
    return found


def load_orders(count: int, customers: int) -> None:
    """Insert orders by SQL: a few customers buy a great deal, most buy little."""
    given = {
        "version": "1",
        "extra": "'{}'",
        "created_at": "now()",
        "updated_at": "now()",
        "number": "'SO-' || i",
        "customer_id": "c",
        "ordered_on": "DATE '2026-11-21' - (random() * 1095)::int",
        "amount": "(exp(random() * 6 + 5))::numeric(18, 2)",
        "status": "'signed'",
        "summary": "'丙烯酸丁酯'",
        "owner_id": f"1 + c %% {USERS}",
        "unit_id": f"7 + (1 + c %% {USERS}) %% {UNITS - 6}",
    }
    rest = defaults("sales_order", list(given))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(
            f"INSERT INTO sales_order ({', '.join((*given, *rest))})"
            f" SELECT {', '.join((*given.values(), *['%s'] * len(rest)))}"
            f" FROM (SELECT i, 1 + (({customers} - 1) * power(random(), 1.6))::bigint AS c"
            f" FROM generate_series(1, {count}) i) AS drawn",
            list(rest.values()),
        )


def fill_totals() -> None:
    """Give every customer the sums that a nightly run would have given."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_customer c SET annual_spend = o.spend, order_count = o.n,
                last_order_on = o.last, primary_contact_id = c.id
            FROM (SELECT customer_id, count(*) n, max(ordered_on) last,
                    coalesce(sum(amount) FILTER (WHERE ordered_on > DATE '2025-11-21'), 0) spend
                  FROM sales_order GROUP BY customer_id) o
            WHERE o.customer_id = c.id
            """
        )
