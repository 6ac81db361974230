"""The first administrator, and the guided first steps."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhike.identity.actions.first_run import claim, first_run_code
from zhike.identity.actions.roles import appoint_administrator
from zhike.identity.queries import accounts, first_run_open, setup_state
from zhike.kernel.errors import Refusal
from zhike.kernel.registry import registry
from zhike.web.sessions import begin, client_address
from zhike.web.views.simple import actor, number, refuse, show


class ClaimForm(forms.Form):
    """Who the first administrator is, proven by the code on the console."""

    code = forms.CharField(
        label=_("启动验证码"),
        max_length=40,
        help_text=_("显示在服务器控制台，并保存在数据目录的 first-run-code 文件中"),
    )
    display_name = forms.CharField(label=_("姓名"), max_length=64)
    username = forms.CharField(label=_("账号"), max_length=64)
    new_password = forms.CharField(
        label=_("密码"), max_length=256, strip=False, widget=forms.PasswordInput
    )
    again = forms.CharField(
        label=_("再次输入密码"), max_length=256, strip=False, widget=forms.PasswordInput
    )

    def clean_again(self) -> str:
        """Refuse two different passwords."""
        text: str = self.cleaned_data["again"]
        if text != self.cleaned_data.get("new_password"):
            raise forms.ValidationError(_("两次输入的密码不一致。"))
        return text


@never_cache
@sensitive_post_parameters()
def first_run(request: HttpRequest) -> HttpResponse:
    """Create the first administrator of a fresh instance; closed for ever afterwards."""
    if not first_run_open():
        return HttpResponseRedirect("/sign-in/")
    first_run_code()
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            user = claim(
                values["code"],
                username=values["username"],
                display_name=values["display_name"],
                password=values["new_password"],
                address=client_address(request),
            )
        except Refusal as error:
            refuse(form, error)
        else:
            begin(request, user)
            return HttpResponseRedirect("/start/")
    status = 422 if request.method == "POST" else 200
    return show(request, "web/first_run.html", form=form, status=status)


def start(request: HttpRequest) -> HttpResponse:
    """Show the guided steps; POST appoints the first security or audit administrator."""
    by = actor(request)
    error = ""
    if request.method == "POST":
        person = number(request.POST.get("user"))
        try:
            appoint_administrator(person or 0, request.POST.get("kind", ""), by=by)
            return HttpResponseRedirect("/start/")
        except Refusal as refusal:
            error = refusal.message
    state = setup_state()
    customers = records("customers.customer", request)
    steps = [
        state["units"] > 0 and state["people"] > 1,
        state["security"] > 0 and state["audit"] > 0,
        customers > 0,
        records("rulebook.edition", request) > 0,
        records("interactions.interaction", request) > 0,
    ]
    current = next((n for n, done in enumerate(steps) if not done), len(steps))
    return show(
        request,
        "web/start.html",
        state=state,
        steps=steps,
        done=sum(steps),
        left=len(steps) - sum(steps),
        current=current,
        people=[person for person in accounts() if person.pk != by.user_id],
        appoints=by.may("identity.user", "create"),
        imports=by.may("customers.customer", "import"),
        error=error,
        status=422 if error else 200,
    )


def records(key: str, request: HttpRequest) -> int:
    """Return 1 if the reader sees any record of the kind, else 0."""
    if key not in registry.resources:
        return 0
    return int(registry.resource(key).rows(actor(request)).exists())
