"""Every metric of customers and sales, on PostgreSQL and on DuckDB, against numbers by hand."""

import datetime as dt

import duckdb
import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from tests.customers import make
from zhike.customers.actions import change_lifecycle, run_grading
from zhike.kernel.registry import registry
from zhike.sales.actions import cancel_order

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db
GOLDEN = {
    "sales.revenue_12m": 850_000,
    "sales.buyers_12m": 3,
    "sales.repeat_rate": 33.33,
    "sales.receivable": 2_850_000,
    "customers.active": 3,
    "customers.key_share": 25,
    "customers.by_grade": {"gold": 1, "silver": 1, "standard": 2},
}


@pytest.fixture
def company(by):
    rows = [make.customer(by, f"指标客户{i}") for i in range(4)]
    make.order(by, rows[0], 300_000, TODAY)
    make.order(by, rows[0], 300_000, TODAY - dt.timedelta(days=200))
    make.order(by, rows[0], 2_000_000, TODAY - dt.timedelta(days=400))
    make.order(by, rows[1], 250_100, TODAY)
    make.order(by, rows[1], -100, TODAY)
    gone = make.order(by, rows[2], 9_000_000, TODAY)
    cancel_order(gone, by=by, reason="撤单")
    make.order(by, rows[3], "0.01", TODAY)
    make.order(by, rows[3], "-0.01", TODAY)
    run_grading(TODAY, by)
    change_lifecycle([rows[2]], by=by, lifecycle="lost")


def plain(rows):
    if rows and len(rows[0]) == 2:
        return {key: int(value) for key, value in rows}
    return round(float(rows[0][0]), 2)


def in_duckdb(metric):
    """Run the metric's DuckDB SQL over copies of the tables it names."""
    database = duckdb.connect()
    kinds = {"DateField": "DATE", "DateTimeField": "TIMESTAMPTZ", "DecimalField": "DECIMAL(18,2)",
             "BigAutoField": "BIGINT", "ForeignKey": "BIGINT"}  # fmt: skip
    for label in metric.tables.values():
        model = apps.get_model(label)
        used = ("id", "customer_id", "ordered_on", "amount", "status", "archived_at", "grade",
                "lifecycle", "receivable")  # fmt: skip
        columns = [f for f in model._meta.concrete_fields if f.column in used]
        typed = ", ".join(
            f"{f.column} {kinds.get(f.get_internal_type(), 'VARCHAR')}" for f in columns
        )
        database.execute(f"CREATE TABLE {model._meta.db_table} ({typed})")
        places = ", ".join("?" for _ in columns)
        for row in model.unscoped.values_list(*(f.attname for f in columns)):
            database.execute(f"INSERT INTO {model._meta.db_table} VALUES ({places})", list(row))
    return database.execute(metric.sql("duckdb")).fetchall()


@pytest.mark.parametrize("name", list(GOLDEN))
def test_metric_is_the_same_on_both_engines(company, name):
    metric = registry.metrics[name]
    with connection.cursor() as cursor:
        cursor.execute(metric.sql("postgres"))
        assert plain(cursor.fetchall()) == GOLDEN[name]
    assert plain(in_duckdb(metric)) == GOLDEN[name]


def test_every_metric_of_the_two_packages_is_proved():
    ours = {name for name in registry.metrics if name.split(".")[0] in {"customers", "sales"}}
    assert ours == set(GOLDEN)
