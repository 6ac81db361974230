"""Scheduled work of trust."""

import logging

from zhike.kernel.jobs import every
from zhike.trust.actions import anchor_audit

log = logging.getLogger(__name__)


@every("5 0 * * *", "trust.anchor_audit")
def anchor_daily() -> None:
    """Anchor the audit trail outside the database once a day."""
    log.info("audit trail anchored at entry %s", anchor_audit())
