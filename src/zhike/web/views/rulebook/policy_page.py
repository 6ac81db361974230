"""Everything that a rule's page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.evidence import sources as evidence
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.kernel.simulation import simulators
from zhike.rulebook.queries import differences, schema
from zhike.rulebook.queries import versions as read
from zhike.rulebook.queries.words import CODES
from zhike.web.views.rulebook.bars import bars
from zhike.web.views.rulebook.marks import state_mark
from zhike.web.views.rulebook.params_form import Bound
from zhike.web.views.rulebook.tier_table import tier_table

KEY = "kernel.policyversion"
TABS = ("rules", "clauses", "records")
HAND_MADE = {"customers.grade": "web/rulebook/tiers.html"}
MOVERS = 8


@dataclass
class PolicyPage:
    """One rule for one reader; ``typed``, ``errors``, ``conflict`` when a form comes back."""

    policy_id: str
    by: Actor
    asked: int | None = None
    typed: Any = None
    form: QueryDict | None = None
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    conflict: Conflict | None = None

    @cached_property
    def versions(self) -> list[Any]:
        """All versions, the newest first."""
        return list(read.versions(self.policy_id, self.by))

    @cached_property
    def current(self) -> tuple[Any, Any]:
        """The version in force and its parameters as plain values."""
        version, params = in_force(self.policy_id)
        return version, params.model_dump(mode="json")

    @cached_property
    def row(self) -> Any:
        """The version shown; None = the parameters that ship."""
        if self.asked is not None:
            return read.version(self.asked, self.by)
        waiting = [v for v in self.versions if v.status in read.OPEN]
        return waiting[0] if waiting else self.current[0]

    @cached_property
    def state(self) -> str:
        """How the shown version stands."""
        return read.state(self.row, self.current[0]) if self.row else ""

    @property
    def editable(self) -> bool:
        """Whether the reader may change the shown version."""
        return self.state == "draft" and self.by.may(KEY, "change")

    @cached_property
    def params(self) -> Any:
        """The parameters shown: as typed, else as stored."""
        if self.typed is not None:
            return self.typed
        return self.row.params if self.row else self.current[1]

    def context(self, tab: str, compare: str = "") -> dict[str, Any]:
        """Return the context of the template."""
        policy = read.policy(self.policy_id)
        root = Bound(schema.tree(policy.Params), "", self.params, self.current[1], self.errors)
        return {
            "policy": policy,
            "title": _(str(policy.title)),
            "row": self.row,
            "mark": state_mark(self.state),
            "current": self.current[0],
            "owner": read.role_name(policy.owner_role),
            "tab": tab if tab in TABS else "rules",
            "tabs": self._tabs(tab),
            "editable": self.editable,
            "root": root,
            "hand_made": HAND_MADE.get(self.policy_id, ""),
            **(tier_table(root, self.by) if self.policy_id in HAND_MADE else {}),
            "plain_fields": self._plain_fields(root),
            "errors": self.errors,
            "other_errors": self._other_errors(root),
            "changes": self._changes(),
            "compare": self._compare(compare),
            "simulation": self._simulation(),
            "can_simulate": self.policy_id in simulators,
            "conflict_rows": self._conflict_rows(),
            "conflict": self.conflict,
            **self._side(),
            **self._words(tab, policy),
        }

    def _tabs(self, tab: str) -> list[dict[str, Any]]:
        names = {"clauses": _("条文"), "rules": _("规则"), "records": _("执行记录")}
        shown = tab if tab in TABS else "rules"
        pick = f"version={self.row.pk}&" if self.row else ""
        return [
            {"title": text, "url": f"?{pick}tab={name}", "active": name == shown}
            for name, text in names.items()
        ]

    def _plain_fields(self, root: Bound) -> list[Bound]:
        """Return the fields that a hand-made table leaves to the general form."""
        if self.policy_id not in HAND_MADE:
            return root.fields
        return [one for one in root.fields if one.node.name not in {"tiers", "dimensions"}]

    def _other_errors(self, root: Bound) -> list[str]:
        """Return the messages that stand at no control of their own."""
        at_home = {"reason", "effective_on"}
        scalar = _control_paths(root)
        return [
            text
            for name, texts in self.errors.items()
            if name not in at_home and name.removeprefix("params.") not in scalar
            for text in texts
        ]

    def _changes(self) -> list[Any]:
        if self.row is None or self.typed is not None:
            return []
        model = read.policy(self.policy_id).Params
        return differences.params_changes(model, self.current[1], self.row.params)

    def _compare(self, asked: str) -> dict[str, Any] | None:
        """Return the differences to another version, the one in force unless told otherwise."""
        if not asked or self.row is None:
            return None
        model = read.policy(self.policy_id).Params
        other = next((v for v in self.versions if str(v.pk) == asked), None) or self.current[0]
        params = other.params if other else self.current[1]
        changes = differences.params_changes(model, params, self.row.params)
        return {"other": other, "changes": changes, "choices": self.versions}

    def _conflict_rows(self) -> list[dict[str, str]]:
        if self.conflict is None or self.row is None:
            return []
        model = read.policy(self.policy_id).Params
        found = differences.params_changes(model, self.row.params, self.params)
        return [{"label": c.label, "mine": c.after, "theirs": c.before} for c in found]

    def _simulation(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = (self.row.simulation if self.row else None) or None
        if not found or found.get("state") == "none":
            return None
        if found["state"] != "done":
            return found
        labels = self._labels([*found["after"], *found["before"]])
        movers = self._movers(found["movers"], labels)
        return {
            **found,
            "at": parse_datetime(found["at"]),
            "stale": found["digest"] != read.digest(self.row.params),
            "total": sum(found["after"].values()),
            "chart": bars(found["before"], found["after"], labels),
            "shown": movers[:MOVERS],
            "rest": movers[MOVERS:],
            "hidden": len(found["movers"]) - len(movers),
            "labels": labels,
            "pairs": [
                {
                    "label": labels[c],
                    "now": found["before"].get(c, 0),
                    "then": found["after"].get(c, 0),
                }
                for c in labels
            ],
        }

    def _labels(self, codes: list[str]) -> dict[str, str]:
        """Return the words of outcome codes: those of the parameters, else the common ones."""
        own = {}
        for tier in (self.row.params or {}).get("tiers", ()):
            if isinstance(tier, Mapping) and "code" in tier:
                own[tier["code"]] = tier.get("name", "")
        ordered = dict.fromkeys([*(c for c in own if c in codes), *codes])
        return {code: own.get(code) or _(CODES.get(code, code)) for code in ordered}

    def _movers(
        self, movers: list[dict[str, Any]], labels: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Name the movers that this reader may see; the others stay numbers."""
        resource = registry.resources.get(read.policy(self.policy_id).subject)
        if resource is None or not self.by.may(resource.key, "view"):
            return []
        rows = resource.rows(self.by).filter(pk__in=[m["id"] for m in movers])
        titles = {row.pk: resource.title_of(row, self.by) for row in rows}
        return [
            {
                **m,
                "title": titles[m["id"]],
                "url": resource.record_url(m["id"]),
                "before_text": labels.get(m["before"], ""),
                "after_text": labels.get(m["after"], ""),
            }
            for m in movers
            if m["id"] in titles
        ]

    def _side(self) -> dict[str, Any]:
        row = self.row
        typed: Mapping[str, Any] = self.form or {}
        may_decide = bool(row) and self.state == "submitted"
        refusal = read.why_not_approve(row, self.by) if may_decide else ""
        return {
            "effective_on": typed.get("effective_on")
            or (row.effective_on.isoformat() if row else ""),
            "reason": typed.get("reason") or (row.reason if row else ""),
            "today": timezone.localdate().isoformat(),
            "flow": self._flow(),
            "history": [
                {"row": v, **state_mark(read.state(v, self.current[0]))} for v in self.versions
            ],
            "approve_refusal": refusal,
            "can_decide": may_decide and not refusal,
            "can_withdraw": self.state in {"draft", "submitted"} and self.by.may(KEY, "change"),
            "can_revoke": self.state == "scheduled" and self.by.may(KEY, "approve"),
            "can_draft": self.by.may(KEY, "create"),
            "open_draft": next((v for v in self.versions if v.status in read.OPEN), None),
            "bound": list(read.bound_clauses(self.policy_id)),
        }

    def _flow(self) -> list[dict[str, Any]]:
        row = self.row
        if row is None:
            return []
        decided = self.state in {"scheduled", "in_force", "superseded", "rejected"}
        submitted = row.submitted_at is not None
        words = {"rejected": _("已驳回"), "withdrawn": _("已撤回")}
        verdict = words.get(self.state, _("已批准") if decided else "")
        steps: list[dict[str, Any]] = [
            {"who": row.created_by, "title": _("起草"), "at": row.created_at, "done": True},
            {"who": row.submitted_by, "title": _("提交"), "at": row.submitted_at,
             "done": submitted, "now": not submitted and self.state == "draft"},
            {"who": row.decided_by, "title": _("审批（另一人）"), "at": row.decided_at,
             "done": decided, "now": self.state == "submitted", "note": verdict,
             "bad": self.state == "rejected"},
            {"who": None, "title": _("生效"), "at": row.effective_on, "is_day": True,
             "done": self.state in {"in_force", "superseded"}, "now": self.state == "scheduled"},
        ]  # fmt: skip
        return [{**step, "who_name": str(step["who"] or "")} for step in steps]

    def _words(self, tab: str, policy: Any) -> dict[str, Any]:
        """Return what the two reading tabs need."""
        if tab == "clauses":
            _version, params = in_force(self.policy_id)
            return {"statement": policy.describe(params, _)}
        if tab == "records":
            source = evidence.get(self.policy_id)
            ids = [v.pk for v in self.versions]
            return {
                "compliance": source(self.by, timezone.localdate()) if source else None,
                "decisions": self._decisions(),
                "happened": [
                    {"row": e, "title": registry.events[e.name].title}
                    for e in read.happened(ids)
                    if e.name in registry.events
                ],
            }
        return {}

    def _decisions(self) -> list[dict[str, Any]]:
        """Return the latest decisions about records that the reader may see."""
        resource = registry.resources.get(read.policy(self.policy_id).subject)
        if resource is None or not self.by.may(resource.key, "view"):
            return []
        rows = list(read.decisions(self.policy_id))
        seen = resource.rows(self.by).filter(pk__in={r.subject_id for r in rows})
        titles = {one.pk: resource.title_of(one, self.by) for one in seen}
        return [
            {"row": r, "title": titles[r.subject_id], "url": resource.record_url(r.subject_id)}
            for r in rows
            if r.subject_id in titles
        ]


def _control_paths(bound: Bound) -> set[str]:
    """Return the paths at which the form shows a problem."""
    found = {bound.path}
    for child in (*bound.fields, *bound.rows, *bound.entries):
        found |= _control_paths(child)
    return found - {""}
