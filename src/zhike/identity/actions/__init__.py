"""All that changes people, units, roles and passwords."""

from zhike.identity.actions import (
    calendar,
    first_run,
    handover,
    notices,
    organisation,
    passwords,
    people,
    preferences,
    roles,
    second_factor,
    signing_in,
)

__all__ = [
    "calendar",
    "first_run",
    "handover",
    "notices",
    "organisation",
    "passwords",
    "people",
    "preferences",
    "roles",
    "second_factor",
    "signing_in",
]
