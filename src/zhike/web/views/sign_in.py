"""Signing in, the second factor, signing out."""

import math
import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhike.identity.actions.signing_in import SignIn, check_code, note_sign_out
from zhike.identity.actions.signing_in import sign_in as try_password
from zhike.identity.queries import account, first_run_open
from zhike.trust.queries import actor_for
from zhike.web.sessions import begin, client_address, local_path
from zhike.web.views.simple import show

CODE_SECONDS = 300


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(label=gettext_lazy("账号"), max_length=64)
    password = forms.CharField(label=gettext_lazy("密码"), max_length=256, strip=False)


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page, or try the password."""
    target = local_path(request.POST.get("next") or request.GET.get("next"))
    if first_run_open():
        return HttpResponseRedirect("/first-run/")
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return show(request, "web/sign_in.html", form=SignInForm(), next=target)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return show(request, "web/sign_in.html", form=form, next=target, status=422)
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    result = try_password(name, password, address=client_address(request))
    if result.status == "code" and result.user is not None:
        request.session.cycle_key()
        request.session["pending"] = [result.user.pk, time.time(), target]
        return HttpResponseRedirect("/sign-in/code/")
    if result.status == "in" and result.user is not None:
        return _let_in(request, result.user, target)
    form.add_error(None, message_of(result))
    return show(request, "web/sign_in.html", form=form, next=target, status=422)


@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of a person whose password was right a moment ago."""
    user_id, since, target = request.session.get("pending", (0, 0.0, "/"))
    if time.time() - since > CODE_SECONDS:
        request.session.pop("pending", None)
        return HttpResponseRedirect("/sign-in/")
    if request.method != "POST":
        return show(request, "web/sign_in_code.html", error="")
    result = check_code(user_id, request.POST.get("code", "")[:20], address=client_address(request))
    if result.status == "in" and result.user is not None:
        request.session.pop("pending", None)
        return _let_in(request, result.user, local_path(target))
    if result.status == "locked":
        request.session.pop("pending", None)
    text = (
        message_of(result)
        if result.status == "locked"
        else _("动态口令不正确或已用过，请等待下一个口令。")
    )
    return show(request, "web/sign_in_code.html", error=text, status=422)


def _let_in(request: HttpRequest, user: Any, target: str) -> HttpResponse:
    begin(request, user)
    response = HttpResponseRedirect(target)
    if user.language:
        name, safe = settings.LANGUAGE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, user.language, samesite="Lax", secure=safe)
    return response


def message_of(result: SignIn) -> str:
    """Return what the page says; whether the account exists stays open."""
    if result.status == "locked":
        minutes = math.ceil(result.wait_seconds / 60)
        return _("失败次数过多，请 %(minutes)s 分钟后再试。") % {"minutes": minutes}
    if result.status == "expired":
        return _("一次性密码已过期，请联系系统管理员重置。")
    return _("账号或密码不正确。")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        by = actor_for(account(request.user.pk))
        note_sign_out(by=by, address=client_address(request))
    logout(request)
    return HttpResponseRedirect("/sign-in/")
