"""Reads of communications, to-dos, guides and figures: plain values, in the reader's scope."""

from zhike.interactions.queries.ceiling import ContactCheck, Used, check_contact, contacts_lately
from zhike.interactions.queries.coaching import checklist, review_of, reviews_of
from zhike.interactions.queries.effect import EffectPage, effect_page
from zhike.interactions.queries.guides import (
    GuideLine,
    TemplateLine,
    guides_for,
    merge_values,
    prepared_text,
    preview,
    templates_for,
)
from zhike.interactions.queries.inquiries import InquiryDesk, inquiry_desk
from zhike.interactions.queries.todos import (
    CADENCE,
    ICONS,
    SEGMENTS,
    ToDoGroup,
    ToDoLine,
    attachment,
    channels,
    colleagues,
    done_lines,
    due_today,
    grouped,
    line,
    may_locate,
    of_customer,
    open_lines,
    open_per_day,
    photo,
    recent_customer_ids,
    registry_grades,
    sentiments,
    timeliness,
    todos,
)

__all__ = [
    "CADENCE", "ICONS", "SEGMENTS", "ContactCheck", "EffectPage", "GuideLine", "InquiryDesk",
    "TemplateLine", "ToDoGroup", "ToDoLine", "Used", "attachment", "channels", "check_contact",
    "checklist", "colleagues", "contacts_lately", "done_lines", "due_today", "effect_page", "grouped",
    "guides_for", "inquiry_desk", "line", "may_locate", "merge_values", "of_customer", "open_lines",
    "open_per_day", "photo", "prepared_text", "preview", "recent_customer_ids", "registry_grades", "review_of",
    "reviews_of", "sentiments", "templates_for", "timeliness", "todos",
]  # fmt: skip
