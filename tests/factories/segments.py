"""Classes and segments."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import START, Values, held_by, make, maker, parent_of, serial


@maker("segments.classmembership")
def _class_membership(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {"customer": customer, "scheme": "segments.value", "code": "high", "valid_from": START}


@maker("segments.classrun")
def _class_run(**_: Any) -> Values:
    return {"scheme": "segments.value", "on": START}


@maker("segments.segment")
def _segment(**context: Any) -> Values:
    return {
        **held_by(**context),
        "name": f"细分{serial()}",
        "definition": {"op": "and", "items": []},
    }


@maker("segments.classcard")
def _class_card(**_: Any) -> Values:
    return {"scheme": "segments.value", "code": f"c{serial()}", "strategy": "每月联系"}


@maker("segments.classreview")
def _class_review(**_: Any) -> Values:
    return {"period": f"第 {serial()} 期", "due_on": START}


@maker("segments.segmentgrant")
def _segment_grant(**context: Any) -> Values:
    return {
        **held_by(**context),
        "segment": make("segments.segment", **held_by(**context)),
        "user": make("identity.user"),
        "role": "follower",
        "valid_to": timezone.localdate() + timedelta(days=30),
    }
