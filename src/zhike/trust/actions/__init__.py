"""All that changes rights, reveals masked values, and the proof of both."""

from zhike.identity import journal
from zhike.trust.actions.audit import (
    anchor_audit,
    audit_export,
    note_audit,
    note_refusal,
    verify_chain,
)
from zhike.trust.actions.defaults import ensure_defaults
from zhike.trust.actions.grants import (
    change_field_rule,
    change_grant,
    change_role,
    change_sign_in_rules,
    change_team_right,
    copy_role,
    create_role,
)
from zhike.trust.actions.reveal import reveal
from zhike.trust.actions.tokens import issue_token, note_use, revoke_token

journal.register(note_audit)

__all__ = [
    "anchor_audit",
    "audit_export",
    "change_field_rule",
    "change_grant",
    "change_role",
    "change_sign_in_rules",
    "change_team_right",
    "copy_role",
    "create_role",
    "ensure_defaults",
    "issue_token",
    "note_audit",
    "note_refusal",
    "note_use",
    "reveal",
    "revoke_token",
    "verify_chain",
]
