"""The two public pages, without sign-in: a contact corrects his data, somebody fills in a form.

They show nothing but what the link's contact may correct, masked, and take nothing that a person
does not approve. Both count requests for each address.
"""

import secrets
import time
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from zhike.kernel.errors import Invalid, NotFound, Refusal
from zhike.quality import actions, queries
from zhike.quality.queries.doors import ASKED, Arrival, judge, limits
from zhike.web.sessions import client_address

HOUR = 3600
LONGEST = 2_000
SALT = "zhike.quality.form"


def too_many(request: HttpRequest, most: int, door: str = "outside") -> bool:
    """Count this request of its address at a door; tell whether it is above ``most`` in the hour."""
    name = f"{door}:{client_address(request)}:{int(time.time() // HOUR)}"
    cache.add(name, 0, HOUR)
    try:
        return int(cache.incr(name)) > most
    except ValueError:  # forgotten in between
        return False


def refused(request: HttpRequest, text: str, status: int) -> HttpResponse:
    """Answer with one sentence for people outside."""
    return render(
        request,
        "web/public/message.html",
        {"title": _("暂时无法打开"), "text": text},
        status=status,
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Answer that the address asks too often."""
    return refused(request, _("提交过于频繁，请一小时后再试。"), 429)


@csrf_protect
@never_cache
@sensitive_post_parameters()
def update(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the last digits, then show the masked values and take corrections once."""
    if too_many(request, limits().per_hour):
        return busy(request)
    try:
        link = queries.link_of(token)
        if request.method != "POST":
            return _update_page(request, link)
        return _update_step(request, token, link)
    except NotFound as error:
        return refused(request, error.message, 404)


def _update_step(request: HttpRequest, token: str, link: Any) -> HttpResponse:
    digits = request.POST.get("digits", "")[:12]
    if request.POST.get("step") != "save":
        try:
            actions.check_digits(token, digits)
        except Invalid as error:
            return _update_page(request, link, problem=error.fields["digits"][0], status=422)
        return _update_page(request, link, digits=digits)
    typed = {name: value[:LONGEST] for name, value in request.POST.items() if "." in name}
    try:
        made = actions.submit_update(token, digits, typed)
    except Invalid as error:
        if "digits" in error.fields:
            return _update_page(request, link, problem=error.fields["digits"][0], status=422)
        return _update_page(
            request, link, digits=digits, typed=typed, errors=error.fields, status=422
        )
    text = _("您更正的内容已提交，核对后生效。") if made else _("已记录：您的资料无误。")
    return render(request, "web/public/message.html", {"title": _("谢谢"), "text": text})


def _update_page(
    request: HttpRequest, link: Any, *, digits: str = "", problem: str = "",
    typed: dict[str, str] | None = None, errors: Any = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {"digits": digits, "problem": problem, "count": limits().digits}
    if digits:  # proven: before that nothing of the record is shown
        context["customer"] = link.customer.name
        context["fields"] = [
            {**one, "value": (typed or {}).get(one["name"], ""),
             "error": (errors or {}).get(one["name"], [""])[0]}
            for one in queries.masked_values(link)
        ]  # fmt: skip
    return render(request, "web/public/update.html", context, status=status)


@csrf_protect
@never_cache
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a public form, or take an entry."""
    if too_many(request, limits().per_hour):
        return busy(request)
    try:
        row = queries.form_of(slug)
    except NotFound as error:
        return refused(request, error.message, 404)
    if request.method != "POST":
        return _form_page(request, row)
    stamp = _stamp(request.POST.get("stamp", ""), slug)
    sum_right = None
    if row.arithmetic:
        sum_right = bool(stamp) and request.POST.get("sum", "").strip() == str(
            stamp["a"] + stamp["b"]
        )
    facts = Arrival(
        trap=bool(request.POST.get("website")), sum_right=sum_right,
        seconds=time.time() - stamp["at"] if stamp else None,
        consented=bool(request.POST.get("consent")),
    )  # fmt: skip
    return _taken(request, row, facts)


def _taken(request: HttpRequest, row: Any, facts: Arrival) -> HttpResponse:
    thanks = {"title": _("谢谢"), "text": _("我们已收到，会尽快与您联系。")}
    if facts.trap:  # a machine: it learns nothing, and nothing is kept
        return render(request, "web/public/message.html", thanks)
    outcome = judge(facts).outcome
    errors: dict[str, Any] = {}
    if outcome == "spam":
        errors["__all__"] = [_("提交过快或页面已失效，请核对后再提交一次。")]
    elif outcome == "ask":
        if facts.sum_right is False:
            errors["sum"] = [_("算术题答案不对。")]
        elif facts.consented:
            errors["__all__"] = [_("页面打开已久，请核对后再提交一次。")]
    values = {name: request.POST.get(name, "")[:LONGEST] for name in ASKED}
    if not errors:
        try:
            actions.submit_form(row.slug, values, consented=facts.consented)
            return render(request, "web/public/message.html", thanks)
        except Refusal as error:
            errors = dict(error.fields) or {"__all__": [error.message]}
    return _form_page(request, row, values=values, errors=errors, status=422)


def _stamp(text: str, slug: str) -> dict[str, Any]:
    try:
        found = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
    return dict(found) if found.get("form") == slug else {}


def _form_page(
    request: HttpRequest, row: Any, *, values: dict[str, str] | None = None, errors: Any = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    a, b = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    stamp = signing.dumps({"form": row.slug, "at": time.time(), "a": a, "b": b}, salt=SALT)
    titles = {
        "company": (_("公司名称"), "organization", 200, True), "contact": (_("姓名"), "name", 64, True),
        "mobile": (_("手机"), "tel", 20, True), "email": (_("邮箱"), "email", 254, False),
        "credit_code": (_("统一社会信用代码"), "off", 18, False),
    }  # fmt: skip
    found = errors or {}
    context = {
        "form": row, "stamp": stamp, "sum_text": f"{a} + {b} =", "values": values or {},
        "fields": [
            {"name": name, "title": title, "complete": complete, "most": most, "must": must,
             "value": (values or {}).get(name, ""), "error": found.get(name, [""])[0]}
            for name, (title, complete, most, must) in titles.items()
        ],
        "problem": found.get("__all__", [""])[0], "sum_error": found.get("sum", [""])[0],
        "consent_error": found.get("consent", [""])[0],
        "message_error": found.get("message", [""])[0],
    }  # fmt: skip
    return render(request, "web/public/form.html", context, status=status)
