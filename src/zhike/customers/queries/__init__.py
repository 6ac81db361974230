"""Reads of customers beyond a filter: facts, grades as of a day, explanations, simulations."""

from zhike.customers.queries.capacity import check_capacity, provide_capacity
from zhike.customers.queries.explain import Explanation, explain_grade
from zhike.customers.queries.facts import (
    Among,
    PurchaseFacts,
    facts_of,
    facts_sql,
    grading_facts,
    provide_purchases,
    purchases,
)
from zhike.customers.queries.grades import grade_history, grade_on, with_grade_on
from zhike.customers.queries.relations import RelationSeen, relations_of
from zhike.customers.queries.simulate import simulate
from zhike.customers.queries.team import team_roles_held

__all__ = [
    "Among",
    "Explanation",
    "PurchaseFacts",
    "RelationSeen",
    "check_capacity",
    "explain_grade",
    "facts_of",
    "facts_sql",
    "grade_history",
    "grade_on",
    "grading_facts",
    "provide_capacity",
    "provide_purchases",
    "purchases",
    "relations_of",
    "simulate",
    "team_roles_held",
    "with_grade_on",
]
