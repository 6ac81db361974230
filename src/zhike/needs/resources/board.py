"""The co-creation board."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Related, Resource
from zhike.needs.actions.board import edit_idea
from zhike.needs.models import BoardLink, Idea, Remark, Vote


class Ideas(Resource):
    """Proposals; the customer's name stays out of lists, not everybody may see every customer."""

    model = Idea
    title = _("共创提案")
    icon = "bulb"
    counter = _("个")
    columns = (
        "title", "status", "shared", "votes_count", "owner", "created_at", "decided_at",
        Column("text", sortable=False), Column("result", sortable=False),
    )  # fmt: skip
    default_columns = ("title", "status", "votes_count", "owner", "created_at")
    filters = ("status", "shared", "owner", "created_at")
    search = ("title", "text")
    order = "-votes_count"
    form = ((_("共创提案"), ("title", "text", "customer")),)
    detail = (
        Fields(
            "", "title", "text", "status", "shared", "votes_count", "owner", "result", "decided_at"
        ),
        Related("needs.remark", "idea", _("评论")),
    )
    importable = False
    edit = staticmethod(edit_idea)


class Votes(Resource):
    """Who voted; written by the action."""

    model = Vote
    title = _("提案投票")
    icon = "thumb-up"
    columns = (Column("idea", template="link"), "user", "created_at")
    default_columns = ("idea", "user", "created_at")
    filters = ("idea", "user")
    search = ("idea.title",)
    importable = False
    create = None
    edit = None
    archive = None


class Remarks(Resource):
    """Comments; written by the action."""

    model = Remark
    title = _("提案评论")
    icon = "message-circle"
    columns = ("text", "status", "owner", "created_at", Column("idea", template="link"))
    default_columns = ("text", "status", "owner", "created_at")
    filters = ("idea", "status", "owner")
    search = ("text",)
    order = "created_at"
    importable = False
    create = None
    edit = None


class BoardLinks(Resource):
    """Links by which contacts take part; putting one away takes it back at once."""

    model = BoardLink
    title = _("共创链接")
    icon = "link"
    columns = (
        Column("customer", template="link", sortable=False),
        Column("person", template="link", sortable=False),
        "expires_at", "used_at", "visits", "attempts", "created_at", "created_by",
    )  # fmt: skip
    default_columns = ("customer", "person", "expires_at", "used_at", "visits", "created_by")
    filters = ("customer", "person", "expires_at", "used_at")
    search = ("customer.name",)
    importable = False
    create = None
    edit = None
