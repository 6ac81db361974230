"""Why can, or can't, this person see this record?"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhike.identity.queries import account, accounts
from zhike.kernel.actor import VERBS
from zhike.kernel.errors import BadQuery, Forbidden, NotFound
from zhike.kernel.registry import registry
from zhike.trust.queries import explain, record_by_code
from zhike.trust.vocabulary import VERB_TITLES
from zhike.web.views.simple import actor, number, show


def explain_page(request: HttpRequest) -> HttpResponse:
    """Choose person, record and verb; every reason, every role, and what to change.

    The record itself is not shown: security administrators explain without reading it.

    Raises:
        Forbidden: neither a keeper of rights, nor somebody who sees the record himself.
    """
    by = actor(request)
    keeper = by.may("trust.grant", "view")
    query = request.GET
    key, verb = query.get("resource", "customers.customer"), query.get("verb", "view")
    if key not in registry.resources or verb not in VERBS:
        raise BadQuery
    user_id, record, problem, result, title = (
        number(query.get("user")),
        query.get("record", "").strip()[:60],
        "",
        None,
        "",
    )
    if user_id and record:
        resource = registry.resource(key)
        row = record_by_code(resource.model, record)
        visible = row is not None and resource.rows(by).filter(pk=row.pk).exists()
        if not keeper and not visible:
            raise NotFound
        if row is None:
            problem = _("没有找到这条记录，请核对编号。")
        else:
            result = explain(account(user_id), row, verb)
            title = resource.title_of(row, by) if visible else f"{resource.title} #{row.pk}"
    elif not keeper and not by.may("identity.user", "assign"):
        raise Forbidden(resource="trust.grant", verb="view")
    return show(
        request,
        "web/settings/explain.html",
        people=accounts(left=True)[:1000],
        resources=[(one.key, one.title) for one in registry.resources.values()],
        verbs=VERB_TITLES.items(),
        user_id=user_id,
        person=account(user_id) if user_id else None,
        record=record,
        resource=key,
        verb=verb,
        verb_title=VERB_TITLES[verb],
        result=result,
        title=title,
        problem=problem,
    )
