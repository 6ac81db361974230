"""What people agreed to: the latest entry of the register counts; told to the packages below."""

import datetime as dt
from collections.abc import Iterable

from zhike.interactions.consents import provide_consents
from zhike.loyalty.models import Consent


def consenting(people: Iterable[int], purpose: str, on: dt.date) -> set[int]:
    """Return those whose consent to the purpose stood on a day, whatever the channel it names.

    One withdrawal, for whichever channel, ends it until consent is given anew.
    """
    rows = Consent.unscoped.filter(
        person_id__in=list(people), purpose=purpose, decided_on__lte=on, archived_at__isnull=True
    )
    latest = rows.order_by("person_id", "-decided_on", "-id").distinct("person_id")
    states = latest.values_list("person_id", "state")
    return {person for person, state in states if state == Consent.State.GIVEN}


provide_consents(consenting)
