"""Names of the causes of to-dos."""


def care_key(pk: int) -> str:
    """Return what names the to-do of a care."""
    return f"loyalty.care:{pk}"


def step_key(pk: int) -> str:
    """Return what names the to-do of a checklist's step."""
    return f"loyalty.step:{pk}"


def visit_key(customer_id: int) -> str:
    """Return what names the to-do of an understanding visit."""
    return f"loyalty.visit:{customer_id}"


def lead_key(pk: int) -> str:
    """Return what names the to-do of a lead from an activity."""
    return f"loyalty.lead:{pk}"


def contact_key(case_id: int, number: int | str) -> str:
    """Return what names the to-do of a contact in a win-back case; an empty number begins all of them."""
    return f"loyalty.contact:{case_id}:{number}"
