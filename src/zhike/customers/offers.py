"""What rules may choose from: grades of the standard in force, stages of the relationship."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from zhike.customers.models.customer import Lifecycle
from zhike.customers.policies import GradePolicy
from zhike.kernel.policy_store import in_force
from zhike.rulebook.queries.offers import provide_offer


def _grades() -> Iterable[tuple[object, object]]:
    _version, params = in_force(GradePolicy.id)
    return [(tier.code, _(tier.name)) for tier in params.tiers]


provide_offer("grades", _grades)
provide_offer("lifecycles", lambda: Lifecycle.choices)
