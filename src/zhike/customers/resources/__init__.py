"""How customers, persons and what belongs to them are seen and handled on every door."""

from zhike.customers.resources import customer, grades, people, relations, tags

__all__ = ["customer", "grades", "people", "relations", "tags"]
