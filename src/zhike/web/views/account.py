"""My account: password, second factor, tokens, language and look."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from zhike.identity.actions.passwords import change_own_password
from zhike.identity.actions.second_factor import (
    confirm_second_factor,
    new_secret,
    provisioning_uri,
    qr_svg,
    remove_second_factor,
)
from zhike.identity.queries import (
    account,
    administrator_kinds,
    memberships,
    password_conditions,
    roles_of,
)
from zhike.kernel.errors import Refusal
from zhike.trust.actions import issue_token, revoke_token
from zhike.trust.queries import tokens_of
from zhike.web.sessions import carry_on
from zhike.web.views.simple import actor, refuse, show


class PasswordForm(forms.Form):
    """The old and the new password."""

    old_password = forms.CharField(
        label=gettext_lazy("当前密码"), strip=False, max_length=256, widget=forms.PasswordInput
    )
    new_password = forms.CharField(
        label=gettext_lazy("新密码"), strip=False, max_length=256, widget=forms.PasswordInput
    )
    again = forms.CharField(
        label=gettext_lazy("再次输入新密码"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput,
    )

    def clean_again(self) -> str:
        """Refuse two different passwords."""
        text: str = self.cleaned_data["again"]
        if text != self.cleaned_data.get("new_password"):
            raise forms.ValidationError(_("两次输入的密码不一致。"))
        return text


class CodeForm(forms.Form):
    """The first code of the authenticator app."""

    code = forms.CharField(
        label=gettext_lazy("动态口令"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class RemoveForm(forms.Form):
    """The password that proves who switches the second factor off."""

    password = forms.CharField(
        label=gettext_lazy("当前密码"), strip=False, max_length=256, widget=forms.PasswordInput
    )


class TokenForm(forms.Form):
    """A token's name and last day."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    expires_on = forms.DateField(
        label=gettext_lazy("有效期至"), widget=forms.DateInput({"type": "date"})
    )


def me(request: HttpRequest) -> HttpResponse:
    """Show the account; POST makes a token, whose text is shown this once."""
    by = actor(request)
    user = account(by.user_id or 0)
    form, text = TokenForm(initial={"expires_on": timezone.localdate() + dt.timedelta(days=90)}), ""
    status = 200
    if request.method == "POST":
        form = TokenForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                _token, text = issue_token(
                    user,
                    form.cleaned_data["name"],
                    by=by,
                    expires_on=form.cleaned_data["expires_on"],
                )
                form, status = TokenForm(), 200
            except Refusal as error:
                refuse(form, error)
    return show(
        request,
        "web/me/account.html",
        status=status,
        person=user,
        units=memberships(user.pk).select_related("unit", "post"),
        roles=roles_of(user.pk).select_related("role"),
        tokens=tokens_of(by),
        form=form,
        token_text=text,
    )


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token worthless."""
    if request.method == "POST":
        revoke_token(pk, by=actor(request))
    return HttpResponseRedirect("/me/")


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    by = actor(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            changed = change_own_password(values["old_password"], values["new_password"], by=by)
        except Refusal as error:
            refuse(form, error)
        else:
            carry_on(request, changed)
            return HttpResponseRedirect("/me/")
    status = 422 if request.method == "POST" else 200
    return show(
        request,
        "web/me/password.html",
        status=status,
        form=form,
        conditions=password_conditions(),
        forced=request.session.get("duty") == "password",
    )


@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on or off."""
    by = actor(request)
    user = account(by.user_id or 0)
    if user.totp_secret:
        return _switch_off(request, user)
    secret = request.session.get("totp") or new_secret()
    request.session["totp"] = secret
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = confirm_second_factor(secret, form.cleaned_data["code"], by=by)
        except Refusal as error:
            refuse(form, error)
        else:
            request.session.pop("totp", None)
            carry_on(request, changed)
            return HttpResponseRedirect("/me/")
    uri = provisioning_uri(user, secret)
    return show(
        request,
        "web/me/second_factor.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        qr=mark_safe(qr_svg(uri)),  # noqa: S308  (made here from a base-32 secret)
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        forced=request.session.get("duty") == "second_factor",
    )


def _switch_off(request: HttpRequest, user: Any) -> HttpResponse:
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = remove_second_factor(form.cleaned_data["password"], by=actor(request))
        except Refusal as error:
            refuse(form, error)
        else:
            carry_on(request, changed)
            return HttpResponseRedirect("/me/")
    status = 422 if request.method == "POST" else 200
    bound = bool(administrator_kinds(user.pk))
    return show(request, "web/me/second_factor_off.html", status=status, form=form, bound=bound)
