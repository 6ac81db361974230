"""How pairs, merges, scans and checks are seen on the generated doors; the workbench is a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.duplicates.models import Check, Merge, Pair, Scan
from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column
from zhike.kernel.resources import Resource, View


class _Written(Resource):
    """Base of what is written by actions only."""

    importable = False
    create = None
    edit = None
    archive = None


class PairResource(_Written):
    """疑似重复."""

    model = Pair
    title = _("疑似重复")
    icon = "copy"
    counter = _("对")
    columns = (
        "kind",
        Column("left_customer", template="link", sortable=False),
        Column("right_customer", template="link", sortable=False),
        Column("left_person", template="link", sortable=False),
        Column("right_person", template="link", sortable=False),
        "score",
        "level",
        "status",
        Column("reason", sortable=False),
        "updated_at",
    )
    default_columns = ("kind", "left_customer", "right_customer", "score", "level", "status")
    filters = ("kind", "status", "level", "score")
    search = ("left_customer.name", "right_customer.name", "left_person.name", "right_person.name")
    order = "-score"
    views = (
        View("open", _("待处理"), "status=open"),
        View("ignored", _("不是重复"), "status=ignored"),
    )

    def title_of(self, row: Any, by: Actor) -> str:  # noqa: ARG002
        """Return both ids; names are on the page, for those who may see them."""
        return str(row)


class MergeResource(_Written):
    """合并记录."""

    model = Merge
    title = _("合并记录")
    icon = "git-merge"
    counter = _("次")
    columns = (
        "kind",
        "survivor_title",
        "other_title",
        "other_code",
        "children",
        Column("reason", sortable=False),
        "undo_until",
        "undone_at",
        Column("undone_by", template="person", sortable=False),
        Column("created_by", template="person", sortable=False),
        "created_at",
    )
    default_columns = ("survivor_title", "other_title", "children", "created_by", "created_at",
                       "undo_until", "undone_at")  # fmt: skip
    filters = ("kind", "undo_until", "undone_at", "created_at")
    search = ("survivor_title", "other_title", "other_code")
    order = "-id"


class ScanResource(_Written):
    """重复扫描."""

    model = Scan
    title = _("重复扫描")
    icon = "refresh"
    columns = ("status", "step", "records", "pairs", "seconds", "created_at")
    default_columns = ("status", "records", "pairs", "seconds", "created_at")
    filters = ("status", "created_at")
    search = ("step",)
    order = "-id"


class CheckResource(_Written):
    """查重记录."""

    model = Check
    title = _("查重记录")
    icon = "list-search"
    columns = (
        Column("user", template="person", sortable=False), "door", "asked", "found", "hidden",
        "created_at",
    )  # fmt: skip
    default_columns = ("user", "door", "asked", "found", "hidden", "created_at")
    filters = ("user", "door", "created_at")
    search = ("asked",)
    order = "-id"
