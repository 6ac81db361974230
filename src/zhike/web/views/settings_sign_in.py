"""Settings: the sign-in and password rules."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.queries import sign_in_rules
from zhike.kernel.errors import Refusal
from zhike.kernel.registry import registry
from zhike.trust.actions import change_sign_in_rules
from zhike.web.views.simple import refuse, require, show

RULES = "identity.sign_in_rules"


class RulesForm(forms.Form):
    """All numbers of the rule; the policy itself checks them."""

    profile = forms.ChoiceField(
        label=gettext_lazy("口令规则"),
        choices=[
            ("mlps", gettext_lazy("等保（复杂度与定期更换）")),
            ("asvs", gettext_lazy("长口令（不强制更换）")),
        ],
    )
    mlps_length = forms.IntegerField(label=gettext_lazy("最短长度（等保）"))
    mlps_classes = forms.IntegerField(label=gettext_lazy("字符类别数（等保）"))
    max_age_days = forms.IntegerField(label=gettext_lazy("更换周期（天，等保）"))
    remembered = forms.IntegerField(label=gettext_lazy("不得与最近几次相同（等保）"))
    asvs_length = forms.IntegerField(label=gettext_lazy("最短长度（长口令）"))
    one_time_hours = forms.IntegerField(label=gettext_lazy("一次性密码有效（小时）"))
    tries = forms.IntegerField(label=gettext_lazy("账号失败次数"))
    address_tries = forms.IntegerField(label=gettext_lazy("地址失败次数"))
    window_minutes = forms.IntegerField(label=gettext_lazy("统计时长（分钟）"))
    lock_minutes = forms.IntegerField(label=gettext_lazy("首次锁定（分钟）"))
    longest_lock_minutes = forms.IntegerField(label=gettext_lazy("最长锁定（分钟）"))
    idle_minutes = forms.IntegerField(label=gettext_lazy("空闲退出（分钟）"))
    absolute_hours = forms.IntegerField(label=gettext_lazy("最长登录（小时）"))
    reason = forms.CharField(label=gettext_lazy("修订原因"), max_length=300)


def sign_in_settings(request: HttpRequest) -> HttpResponse:
    """Show the rule in force; POST puts a new version into force from today."""
    by = require(request, RULES)
    rules, policy = sign_in_rules(), registry.policies[RULES]
    form = RulesForm(request.POST or None, initial=rules.model_dump())
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            change_sign_in_rules(values, by=by, reason=reason)
            return HttpResponseRedirect("/settings/sign-in/")
        except Refusal as error:
            refuse(form, error)
    text = _(str(policy.statement)).format(**rules.model_dump())
    return show(
        request,
        "web/settings/sign_in.html",
        status=422 if form.errors else 200,
        form=form,
        statement=text,
        editable=by.may(RULES, "change"),
    )
