"""How satisfaction is seen and handled on every door."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Resource, View
from zhike.surveys.actions import edit_satisfaction, record_satisfaction
from zhike.surveys.models import Satisfaction
from zhike.surveys.queries import strangers_among


class SatisfactionResource(Resource):
    """Scores of customers, by hand, import or API."""

    model = Satisfaction
    title = _("满意度记录")
    icon = "mood-smile"
    counter = _("条")
    group = "service"
    rank = 60
    columns = (
        Column("customer", template="link"), "person", "rated_on", "aspect", "score", "source",
        Column("remark", sortable=False), Column("owner", template="person", sortable=False),
        Column("unit", sortable=False), "customer.grade", "created_at",
    )  # fmt: skip
    default_columns = ("customer", "rated_on", "aspect", "score", "source", "remark", "owner")
    filters = (
        "customer", "rated_on", "aspect", "score", "source", "owner", "unit", "customer.grade",
    )  # fmt: skip
    search = ("customer.name", "remark")
    order = "-rated_on"
    form = (
        (
            _("满意度记录"),
            ("customer", "person", "rated_on", "aspect", "score", "source", "remark"),
        ),
        (_("归属"), ("owner", "unit")),
    )
    detail = (
        Fields(_("满意度记录"), "customer", "person", "rated_on", "aspect", "score", "source",
               "remark", "owner", "unit"),
        Panel("history", _("审计")),
    )  # fmt: skip
    views = (
        View("low", _("评分较低"), "score__lte=59&sort=score"),
        View("mine", _("我询问的"), "owner=me"),
    )
    create = staticmethod(record_satisfaction)
    edit = staticmethod(edit_satisfaction)

    def check_import(self, columns: dict[str, list[Any]]) -> dict[str, dict[int, str]]:
        """Return field -> row -> message by the same rules as ``record_satisfaction``."""
        today = timezone.localdate()
        days = enumerate(columns.get("rated_on", []))
        late = {row: _("评价日期不能晚于今天。") for row, day in days if day and day > today}
        persons, customers = columns.get("person", []), columns.get("customer", [])
        strangers = strangers_among(persons, customers) if customers else []
        wrong = {row: _("评价人不是这家客户的联系人。") for row in strangers}
        return {
            "rated_on": {row: str(text) for row, text in late.items()},
            "person": {row: str(text) for row, text in wrong.items()},
        }
