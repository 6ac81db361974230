"""Errors as RFC 9457 problem documents, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.kernel import errors

TITLES: dict[int, Any] = {
    400: gettext_lazy("请求有误"),
    401: gettext_lazy("需要有效的令牌"),
    403: gettext_lazy("没有权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不支持这种请求方法"),
    409: gettext_lazy("当前状态不允许"),
    412: gettext_lazy("记录已被他人修改"),
    413: gettext_lazy("内容太大"),
    415: gettext_lazy("内容类型应为 application/json"),
    422: gettext_lazy("内容需要修改"),
    428: gettext_lazy("缺少 If-Match"),
    429: gettext_lazy("请求太频繁"),
    500: gettext_lazy("服务器出错"),
}
CODES = {
    400: "bad-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found",
    405: "method-not-allowed", 409: "conflict", 412: "changed-meanwhile", 413: "too-large",
    415: "unsupported-media-type", 422: "invalid", 428: "precondition-required",
    429: "too-many-requests", 500: "internal",
}  # fmt: skip


@dataclass(frozen=True)
class FieldError:
    """One message at one place of the request body."""

    field: str
    detail: str

    def plain(self) -> dict[str, str]:
        """Return the JSON object, with the field as an RFC 6901 pointer too."""
        return {"pointer": pointer(self.field), "field": self.field, "detail": self.detail}


@dataclass(frozen=True)
class Problem(Exception):
    """A request that is answered with a problem document.

    Attributes:
        extra: further members of the document; headers: of the answer.
    """

    status: int
    detail: str = ""
    errors: Sequence[FieldError] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the problem document."""
        title = str(TITLES[self.status])
        found = {
            "type": f"urn:zhike:problem:{CODES[self.status]}",
            "title": title,
            "status": self.status,
            "detail": self.detail or title,
        }
        if self.errors:
            found["errors"] = [error.plain() for error in self.errors]
        return {**found, **self.extra}


def pointer(name: str) -> str:
    """Return the JSON pointer of a field; dots lead into nested values, "" is the whole body."""
    if name in {"", "__all__"}:
        return ""
    parts = [part.replace("~", "~0").replace("/", "~1") for part in name.split(".")]
    return "/" + "/".join(parts)


def at(name: str, detail: str, *, status: int = 422) -> Problem:
    """Return the problem of one field."""
    return Problem(status, errors=[FieldError(name, detail)])


def of_refusal(error: errors.Refusal) -> Problem:
    """Return the problem document of a refusal of the kernel."""
    found = [
        FieldError("" if name == "__all__" else name, message)
        for name, messages in error.fields.items()
        for message in messages
    ]
    extra: dict[str, Any] = {}
    if isinstance(error, errors.Forbidden) and error.resource:
        extra = {"resource": error.resource, "verb": error.verb}
    if isinstance(error, errors.Unconfirmed):
        confirm = "" if error.refused else "confirm_duplicate"
        extra = {"candidates": error.alike, "confirm_with": confirm}
    if isinstance(error, errors.PolicyRefused):
        extra = {"policy": error.policy, "reasons": error.reasons}
    return Problem(error.status, error.message, found, extra)


def unauthenticated() -> Problem:
    """Return the answer to a request without a valid token."""
    detail = _("请在 Authorization 头里带上有效的令牌：Bearer <token>。")
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="zhike"'})
