"""What rules may choose from: priorities of needs, the classes of Kano."""

from zhike.needs.models.need import Kano, Priority
from zhike.rulebook.queries.offers import provide_offer

provide_offer("priorities", lambda: Priority.choices)
provide_offer("kano", lambda: Kano.choices)
