"""What rules may choose from: occasions of care, festivals, ways of care, kinds of recipients."""

from django.utils.translation import gettext as _

from zhike.chinese.almanac import FESTIVALS
from zhike.loyalty.models.care import CareChannel
from zhike.loyalty.models.gifts import Recipient
from zhike.loyalty.policies.care import KINDS
from zhike.rulebook.queries.offers import provide_offer
from zhike.rulebook.queries.words import CODES

provide_offer("occasions", lambda: [(code, _(CODES[code])) for code in KINDS])
provide_offer("festivals", lambda: [(code, _(name)) for code, name in FESTIVALS.items()])
provide_offer("care_channels", lambda: CareChannel.choices)
provide_offer("recipients", lambda: Recipient.choices)
