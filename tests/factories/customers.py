"""Customers and what belongs to them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import START, Values, held_by, make, maker, parent_of, serial


@maker("customers.customer")
def _customer(**context: Any) -> Values:
    n = serial()
    name = f"浙江蓝屿第{n}科技有限公司"
    return {**held_by(**context), "name": name, "short_name": f"蓝屿{n}", "code": f"C{n:06d}"}


@maker("customers.person")
def _person(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    mobile = f"1381{serial() % 10**7:07d}"
    return {**held_by(**context), "name": "单于明", "customer": customer, "mobile": mobile}


@maker("customers.affiliation")
def _affiliation(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    person = context.get("person") or make("customers.person", customer=customer)
    return {"customer": customer, "person": person, "title": "采购经理", "valid_from": START}


@maker("customers.customerrelation")
def _relation(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    other = make("customers.customer", owner=customer.owner, unit=customer.unit)
    return {"customer": customer, "other": other, "kind": "supplier"}


@maker("customers.teammember")
def _team_member(**context: Any) -> Values:
    user = context.get("user") or make("identity.user")
    customer = parent_of("customers.customer", context)
    return {"customer": customer, "user": user, "role": "csm", "valid_from": START}


@maker("customers.tag")
def _tag(**_: Any) -> Values:
    return {"name": f"标签{serial()}", "colour": "dai"}


@maker("customers.customertag")
def _customer_tag(**context: Any) -> Values:
    return {"customer": parent_of("customers.customer", context), "tag": make("customers.tag")}


@maker("customers.gradeassessment")
def _assessment(**context: Any) -> Values:
    return {
        "customer": parent_of("customers.customer", context),
        "scheme": "customers.grade",
        "grade": "gold",
        "ruled_grade": "gold",
        "origin": "rule",
        "valid_from": START,
        "policy_version": make("kernel.policyversion"),
        "facts": {"annual_spend": "120000.00"},
    }


@maker("customers.gradeoverride")
def _override(**context: Any) -> Values:
    return {
        "customer": parent_of("customers.customer", context),
        "scheme": "customers.grade",
        "grade": "vip",
        "reason": "战略合作",
        "expires_on": timezone.localdate() + timedelta(days=90),
    }


@maker("customers.gradingrun")
def _run(**_: Any) -> Values:
    version = make("kernel.policyversion")
    return {
        "scheme": "customers.grade",
        "on": START,
        "assessed": 10,
        "policy_version": version,
    }
