"""Everything that changes customers, their people, relations, teams, tags and grades."""

from zhike.customers.actions.contact import note_contact
from zhike.customers.actions.customer import (
    archive_customer,
    assign_owner,
    change_lifecycle,
    create_customer,
    edit_customer,
    set_confidentiality,
    transfer_owner,
)
from zhike.customers.actions.entry import provide_entry_check
from zhike.customers.actions.figures import refresh_figures
from zhike.customers.actions.grading import active_schemes, regrade, run_grading
from zhike.customers.actions.overrides import (
    approve_grade_override,
    reject_grade_override,
    request_grade_override,
)
from zhike.customers.actions.people import (
    add_affiliation,
    create_person,
    edit_person,
    end_affiliation,
    set_primary_contact,
)
from zhike.customers.actions.relations import (
    add_relation,
    add_team_member,
    end_relation,
    keep_shared,
    remove_team_member,
    share_customers,
)
from zhike.customers.actions.tags import (
    expire_tags,
    put_tags,
    set_tags,
    tag_customer,
    untag_customer,
)

__all__ = [
    "active_schemes",
    "add_affiliation",
    "add_relation",
    "add_team_member",
    "approve_grade_override",
    "archive_customer",
    "assign_owner",
    "change_lifecycle",
    "create_customer",
    "create_person",
    "edit_customer",
    "edit_person",
    "end_affiliation",
    "end_relation",
    "expire_tags",
    "keep_shared",
    "note_contact",
    "provide_entry_check",
    "put_tags",
    "refresh_figures",
    "regrade",
    "reject_grade_override",
    "remove_team_member",
    "request_grade_override",
    "run_grading",
    "set_confidentiality",
    "set_primary_contact",
    "set_tags",
    "share_customers",
    "tag_customer",
    "transfer_owner",
    "untag_customer",
]
