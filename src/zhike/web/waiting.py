"""How many things wait for a person on each page of the menu: one statement for all of them."""

from collections import Counter

from django.db.models import QuerySet, Value

from zhike.identity.queries import notices
from zhike.kernel.actor import Actor
from zhike.kernel.prepared import prepared
from zhike.web.pages import PAGES

MOST = 100
NOTICES = "/notices/"


def waiting(by: Actor) -> Counter[str]:
    """Return address of a page -> how many wait there, at most a hundred each."""
    return Counter(url for (url,) in _rows(by))


@prepared
def _rows(by: Actor) -> "QuerySet[object, object]":
    unread = notices(by.user_id or 0).filter(read_at__isnull=True)
    found = [(NOTICES, unread)]
    for page in PAGES:
        if page.menu and page.waits and page.may(by):
            found += [(page.url, rows) for rows in page.waits(by)]
    parts = [
        rows.order_by().annotate(menu_url=Value(url)).values_list("menu_url")[:MOST]
        for url, rows in found
    ]
    return parts[0].union(*parts[1:], all=True)
