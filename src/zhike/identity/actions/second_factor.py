"""The second factor: a time-based code (RFC 6238) from an app on the phone."""

from io import BytesIO

import pyotp
import segno
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity import journal
from zhike.identity.actions.passwords import own_row
from zhike.identity.actions.signing_in import matching_step
from zhike.identity.models import User
from zhike.identity.queries import administrator_kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid

ISSUER = "知客 Zhike"
FIELDS = ["totp_secret", "totp_last_step", "session_epoch"]


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base 32."""
    return pyotp.random_base32()


def provisioning_uri(user: User, secret: str) -> str:
    """Return the address that authenticator apps read from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def qr_svg(uri: str) -> str:
    """Return the QR code as an SVG element without inline style."""
    buffer = BytesIO()
    code = segno.make(uri, error="m")
    code.save(
        buffer, kind="svg", xmldecl=False, svgclass="zk-qr", lineclass=None, scale=4, border=2
    )
    return buffer.getvalue().decode()


def confirm_second_factor(secret: str, code: str, *, by: Actor) -> User:
    """Switch the second factor on once the app shows the right code; other sessions end.

    Raises:
        Invalid: the code is not the one of now.
        Conflict: there is a second factor already.
    """
    with recorded(by, "identity.confirm_second_factor"):
        user = own_row(by)
        if user.totp_secret:
            raise Conflict(_("已启用动态口令；更换手机请先停用或请系统管理员重置。"))
        step = matching_step(secret, code)
        if step is None:
            raise Invalid(fields={"code": [_("动态口令不正确，请核对手机时间后重新输入。")]})
        user.totp_secret, user.totp_last_step = secret, step
        user.session_epoch += 1
        store(user, by=by, fields=FIELDS)
        journal.note("second_factor_on", by=by, row=user)
    return user


def remove_second_factor(password: str, *, by: Actor) -> User:
    """Switch one's own second factor off; the three administrators may not.

    Raises:
        Invalid: the password is wrong. Conflict: the person is an administrator.
    """
    with recorded(by, "identity.remove_second_factor"):
        user = own_row(by)
        if administrator_kinds(user.pk):
            raise Conflict(_("三员账号必须启用动态口令，不能停用。"))
        if not user.check_password(password):
            raise Invalid(fields={"password": [_("当前密码不正确。")]})
        _clear(user, by)
        journal.note("second_factor_off", by=by, row=user)
    return user


@action(
    "identity.reset_second_factor",
    on=User,
    verb="change",
    title=gettext_lazy("重置动态口令"),
    icon="device-mobile",
    danger=True,
    available=lambda row, by: bool(row.totp_secret) and row.pk != by.user_id,
)
def reset_second_factor(user: User, *, by: Actor) -> User:
    """Take the second factor off a person who lost the phone."""
    _clear(user, by)
    journal.note("second_factor_reset", by=by, row=user)
    return user


def _clear(user: User, by: Actor) -> None:
    user.totp_secret, user.totp_last_step = "", 0
    user.session_epoch += 1
    store(user, by=by, fields=FIELDS)
