"""Everything that scores, confirms, files, cleans and corrects customer data."""

from zhike.quality.actions.campaigns import (
    check_cleaning,
    complete_items,
    plan_campaign,
    sign_off_campaign,
    start_campaign,
)
from zhike.quality.actions.dictionary import apply_mapping, describe_field, map_value
from zhike.quality.actions.forms import accept_submission, reject_submission, submit_form
from zhike.quality.actions.score import score
from zhike.quality.actions.self_service import (
    approve_update,
    check_digits,
    create_link,
    reject_update,
    submit_update,
)
from zhike.quality.actions.upkeep import ask_owners, confirm_data, file_data, sort_data, verified

__all__ = [
    "accept_submission", "apply_mapping", "approve_update", "ask_owners", "check_cleaning",
    "check_digits", "complete_items", "confirm_data", "create_link", "describe_field", "file_data",
    "map_value", "plan_campaign", "reject_submission", "reject_update", "score",
    "sign_off_campaign", "sort_data", "start_campaign", "submit_form", "submit_update", "verified",
]  # fmt: skip
