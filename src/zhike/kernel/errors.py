"""The refusals that every door of the product understands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

FieldErrors = Mapping[str, Sequence[str]]


class Refusal(Exception):
    """A request that cannot be carried out; nothing was changed.

    Delivery code maps the subclasses to HTTP answers by ``status`` and ``code``; the message is in
    the language of the reader and says what to do.
    """

    status = 400
    code = "refused"

    def __init__(self, message: str = "", *, fields: FieldErrors | None = None) -> None:
        self.message = message or self.default_message()
        self.fields: dict[str, list[str]] = {k: list(v) for k, v in (fields or {}).items()}
        super().__init__(self.message)

    def __str__(self) -> str:
        named = "; ".join(f"{name}: {' '.join(found)}" for name, found in self.fields.items())
        return f"{self.message} ({named})" if named else self.message

    def default_message(self) -> str:
        """Return the sentence that is used when the caller gave none."""
        return _("请求无法执行。")


class Invalid(Refusal):
    """The values given are not acceptable; ``fields`` names each and why."""

    status = 422
    code = "invalid"

    def default_message(self) -> str:
        """Point at the fields."""
        return _("有内容需要修改，请看标出的字段。")


class BadQuery(Refusal):
    """A filter, sort or column that does not exist or may not be used by the reader."""

    status = 400
    code = "bad_query"


class NotFound(Refusal):
    """No such record, or none inside the reader's scope: the two look the same on purpose."""

    status = 404
    code = "not_found"

    def default_message(self) -> str:
        """Say what the reader can do."""
        return _("没有找到这条记录，或它不在您的数据范围内。")


class Forbidden(Refusal):
    """The actor lacks the right; ``verb`` and ``resource`` say which."""

    status = 403
    code = "forbidden"

    def __init__(self, message: str = "", *, resource: str = "", verb: str = "") -> None:
        self.resource, self.verb = resource, verb
        super().__init__(message)

    def default_message(self) -> str:
        """Say who can help."""
        return _("您没有这项权限，请联系安全管理员授权。")


class Conflict(Refusal):
    """Somebody changed the record first.

    Attributes:
        differences: field -> (value now stored, value that was submitted), both as shown.
    """

    status = 409
    code = "conflict"

    def __init__(
        self, message: str = "", *, differences: Mapping[str, tuple[Any, Any]] | None = None
    ) -> None:
        self.differences = dict(differences or {})
        super().__init__(message)

    def default_message(self) -> str:
        """Say what happened."""
        return _("这条记录刚被他人修改，请核对双方的内容后再保存。")


class Unconfirmed(Conflict):
    """Something very like it is there already; a reason confirms that this is another one.

    Attributes:
        alike: what the reader may know of each, as plain values; refused: no reason helps.
    """

    code = "unconfirmed"

    def __init__(
        self, message: str, *, alike: Sequence[Mapping[str, Any]], refused: bool = False
    ) -> None:
        self.alike, self.refused = list(alike), refused
        super().__init__(message)


class PolicyRefused(Refusal):
    """A management rule does not allow the step; ``policy`` names it and ``reasons`` say why."""

    status = 422
    code = "policy"

    def __init__(self, message: str, *, policy: str, reasons: Sequence[str] = ()) -> None:
        self.policy, self.reasons = policy, list(reasons)
        super().__init__(message)
