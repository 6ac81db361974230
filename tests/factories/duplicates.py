"""Pairs, merges, scans and checks."""

from typing import Any

from tests.factories.core import START, Values, make, maker, parent_of, serial


@maker("duplicates.pair")
def _pair(**context: Any) -> Values:
    one, other = (parent_of("customers.customer", {**context, "customer": None}) for _side in "ab")
    return {
        "kind": "customer", "left_customer": one, "right_customer": other, "score": 90,
        "level": "certain", "facts": {"name": 1.0}, "evidence": ["名称一致"],
    }  # fmt: skip


@maker("duplicates.merge")
def _merge(**context: Any) -> Values:
    one, other = (parent_of("customers.customer", {**context, "customer": None}) for _side in "ab")
    return {
        "kind": "customer", "survivor_customer": one, "other_customer": other,
        "survivor_title": one.name, "other_title": other.name, "undo_until": START,
    }  # fmt: skip


@maker("duplicates.scan")
def _scan(**_: Any) -> Values:
    return {"status": "done", "records": 10, "pairs": 1}


@maker("duplicates.check")
def _check(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    return {"user": user, "door": "page", "asked": f"恒澈{serial()}"}
