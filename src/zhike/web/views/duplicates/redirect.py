"""A merged record's old address leads to the record that stands for it today."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from zhike.duplicates.queries import survivor_of
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry

KINDS = {"customers.customer": "customer", "customers.person": "person"}


def to_survivor(request: HttpRequest, key: str, pk: int) -> HttpResponse | None:
    """Return the way to the survivor, or None where the record was not merged."""
    kind = KINDS.get(key)
    if kind is None or request.method != "GET" or request.GET.get("merged") == "stay":
        return None
    survivor = survivor_of(kind, pk)
    by: Actor = request.actor  # type: ignore[attr-defined]
    resource = registry.resource(key)
    if survivor is None or not resource.rows(by).filter(pk=survivor).exists():
        return None
    messages.success(request, _("这条记录已合并，这里是保留的那一条"))
    return HttpResponseRedirect(resource.record_url(survivor))
