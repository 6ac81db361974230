"""Customers' feedback, for whoever reads customers' words (NEED-011)."""

from django.utils.translation import gettext_lazy as _

from zhike.interactions.queries.voice import Voice, register
from zhike.teamwork.models import Feedback

register(Voice(Feedback, _("客户反馈")))
