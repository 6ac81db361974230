"""Metric: one definition of a number, as an Ibis expression that any engine can run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhike.kernel.registry import registry


@dataclass(frozen=True)
class Metric:
    """A number with its meaning.

    Attributes:
        id: ``package.name``; title; unit: yuan, count, percent, points, days, hours; definition: the sentence that
        a director reads; expression: function of the tables (name -> Ibis table) returning an Ibis
        scalar, or a table with columns ``dimension`` and ``value``; good: up or down; drill: the
        list URL query of the records behind the number.
    """

    id: str
    title: Any
    unit: str
    definition: Any
    tables: Mapping[str, str]
    expression: Callable[..., Any]
    good: str = "up"
    drill: str = ""

    def sql(self, dialect: str = "postgres") -> str:
        """Return the expression as SQL of a dialect over the product's own tables."""
        import ibis

        bound = {name: _table(label) for name, label in self.tables.items()}
        return str(ibis.to_sql(self.expression(**bound), dialect=dialect))


def metric(**declaration: Any) -> Callable[[Callable[..., Any]], Metric]:
    """Declare a metric: the decorated function takes its tables by name."""

    def register(expression: Callable[..., Any]) -> Metric:
        made = Metric(expression=expression, **declaration)
        registry.add("metrics", made.id, made)
        return made

    return register


def _table(label: str) -> Any:
    import ibis
    from django.apps import apps

    model = apps.get_model(label)
    kinds = {
        "BigAutoField": "int64",
        "BigIntegerField": "int64",
        "ForeignKey": "int64",
        "IntegerField": "int64",
        "PositiveIntegerField": "int64",
        "DateField": "date",
        "DateTimeField": "timestamp('UTC')",
        "DecimalField": "decimal(18, 2)",
        "BooleanField": "boolean",
    }
    schema = {
        f.column: "int64" if f.is_relation else kinds.get(f.get_internal_type(), "string")
        for f in model._meta.concrete_fields
    }
    return ibis.table(schema, name=model._meta.db_table)
