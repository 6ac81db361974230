"""The public pool, registrations and conflicts."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import START, Values, make, maker, parent_of, serial


@maker("pool.pool")
def _pool(**_: Any) -> Values:
    return {"name": f"公海{serial()}", "code": f"P{serial():05d}"}


@maker("pool.poolmember")
def _pool_member(unit: Any = None, **_: Any) -> Values:
    return {"pool": make("pool.pool"), "unit": unit or make("identity.orgunit")}


@maker("pool.poolentry")
def _pool_entry(**context: Any) -> Values:
    customer = parent_of("customers.customer", {**context, "owner": None})
    return {
        "customer": customer,
        "pool": make("pool.pool"),
        "entered_at": timezone.now(),
        "cause": "released",
    }


@maker("pool.poolrequest")
def _pool_request(owner: Any = None, unit: Any = None, **context: Any) -> Values:
    customer = parent_of("customers.customer", {**context, "owner": owner, "unit": unit})
    return {
        "customer": customer,
        "kind": "claim",
        "requester": owner or make("identity.user"),
        "unit": unit,
        "reason": "老客户介绍",
    }


@maker("pool.protection")
def _protection(**context: Any) -> Values:
    return {
        "customer": parent_of("customers.customer", context),
        "kind": "contract",
        "valid_from": START,
        "reason": "框架合同",
    }


@maker("pool.bulktransfer")
def _bulk_transfer(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    return {
        "requester": owner or make("identity.user"),
        "unit": unit,
        "heir": make("identity.user"),
        "total": 1,
    }


@maker("pool.transferbatch")
def _transfer_batch(**context: Any) -> Values:
    transfer = make("pool.bulktransfer", **context)
    return {"transfer": transfer, "number": 1, "customer_ids": [serial()]}


@maker("pool.registration")
def _registration(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    return {
        "company": f"桐乡{serial()}号涂料有限公司",
        "project": "水性涂料",
        "owner": owner,
        "unit": unit,
        "registered_at": timezone.now(),
    }


@maker("pool.conflict")
def _conflict(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    owner = owner or make("identity.user")
    second = make("pool.registration", owner=owner, unit=unit)
    return {
        "company": second.company,
        "second": second,
        "holder": make("identity.user"),
        "challenger": owner,
        "unit": unit,
        "evidence": {"holder": [], "challenger": []},
    }


@maker("pool.ownership")
def _ownership(**context: Any) -> Values:
    """A line of the past: the open one of each customer is the trigger's."""
    moment = timezone.now() - timedelta(days=900)
    return {
        "customer": parent_of("customers.customer", context),
        "since": moment,
        "until": moment + timedelta(days=30),
        "cause": "assigned",
    }


@maker("pool.recyclerun")
def _recycle_run(**_: Any) -> Values:
    return {"on": timezone.localdate(), "recycled": 0}
