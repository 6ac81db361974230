"""How states are said and coloured on the pages of the rule book."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "draft": (_("草稿"), ""),
    "submitted": (_("待审批"), "hu"),
    "approved": (_("已批准"), "zq"),
    "published": (_("已发布"), "zq"),
    "scheduled": (_("待生效"), "dian"),
    "in_force": (_("现行"), "zq"),
    "superseded": (_("已归档"), ""),
    "rejected": (_("已驳回"), "zhu"),
    "withdrawn": (_("已撤回"), ""),
    "": (_("出厂参数"), ""),
}
DOTS = {"in_force": "zk-now", "draft": "zk-wait", "submitted": "zk-wait", "scheduled": "zk-wait"}


def state_mark(state: str) -> dict[str, object]:
    """Return word, tone and dot class of a state."""
    text, tone = STATES[state]
    return {"state": state, "text": text, "tone": tone, "dot": DOTS.get(state, "")}
