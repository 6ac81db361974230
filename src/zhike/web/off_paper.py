"""Pages that show a customer whom their reader may not print stay off paper (DAT-028).

Where a page names a customer without a link to him, ``data-about`` says whom an element is about.
Generated lists mark single rows, record pages their body. For pages made by hand it is told from the
page itself: whatever links to such a customer, or is the page of such a record, is marked, and the
style sheet prints no main area, drawer or dialog with a mark outside of what is not printed anyway.
"""

import re
from collections import defaultdict
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhike.kernel.actor import Actor
from zhike.kernel.clearance import prints_all, unprintable
from zhike.kernel.registry import registry

CUSTOMER = "customers.customer"
MARK = b" data-off-paper"
LINK = re.compile(
    rb"<[a-z]+(?=[^<>]*?\s(?:href|data-href|data-peek|data-about|action|hx-get|hx-post)"
    rb'="/(?:([a-z]+)/([a-z]+)|log)/(\d{1,18})/)'
)
MAIN = re.compile(rb'<main(?= id="main")')
FIRST = re.compile(rb"<(?:div|form|section|article|ul|table)(?=[\s>])")
RECORD = re.compile(r"/([a-z]+)/([a-z]+)/(\d{1,18})/")


class OffPaperMiddleware:
    """Marks what must not be printed; pages without it, and readers without such limits, pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the marked page."""
        response = self.get_response(request)
        by: Actor | None = getattr(request, "actor", None)
        html = response.get("Content-Type", "").startswith("text/html")
        if by is None or response.streaming or not html or response.status_code >= 500:
            return response
        if not prints_all(registry.resource(CUSTOMER).model, by):
            response.content = marked(response.content, request.path, by)
        return response


def marked(content: bytes, path: str, by: Actor) -> bytes:
    """Return the page with a mark on all that names a customer who may not be printed."""
    found: dict[str, set[int]] = defaultdict(set)
    for package, entity, pk in LINK.findall(content):
        found[_key(package, entity)].add(int(pk))
    bad = {key: _unprintable(key, ids, by) for key, ids in found.items()}
    if any(bad.values()):
        content = LINK.sub(
            lambda m: m[0] + MARK if int(m[3]) in bad[_key(m[1], m[2])] else m[0], content
        )
    record = RECORD.match(path)
    if record and _unprintable(f"{record[1]}.{record[2]}", {int(record[3])}, by):
        place = MAIN if MAIN.search(content) else FIRST
        content = place.sub(lambda m: m[0] + MARK, content, count=1)
    return content


def _key(package: bytes | None, entity: bytes | None) -> str:
    """Return the resource behind an address; the sheet for logging stands for its customer."""
    return f"{package.decode()}.{entity.decode()}" if package and entity else CUSTOMER


def _unprintable(key: str, ids: set[int], by: Actor) -> set[int]:
    if key not in registry.resources:
        return set()
    return unprintable(registry.resource(key).model, by, sorted(ids))
