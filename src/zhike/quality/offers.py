"""What rules may choose from: the dimensions of data quality."""

from django.utils.translation import gettext as _

from zhike.quality.policies import DIMENSIONS
from zhike.rulebook.queries.offers import provide_offer

provide_offer("dimensions", lambda: [(code, _(name)) for code, name in DIMENSIONS.items()])
