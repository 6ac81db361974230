"""The first administrator: claimed with a code that only the machine's owner can read."""

import hmac
import secrets
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhike.identity.actions.passwords import (
    ALPHABET,
    one_time_password,
    require_good_password,
    set_password,
)
from zhike.identity.actions.people import create_user
from zhike.identity.actions.roles import give_first_role
from zhike.identity.actions.signing_in import count_failure, waiting_time
from zhike.identity.models import Role, User
from zhike.identity.queries import first_run_open
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import Conflict, Invalid

NAME = "first-run"


def code_file() -> Path:
    """Return where the code is kept (mode 0600)."""
    return Path(settings.FIRST_RUN_CODE)


def first_run_code() -> str:
    """Return the code of this instance, made on first use and kept in a file of mode 0600."""
    path = code_file()
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "-".join("".join(secrets.choice(ALPHABET) for _n in range(4)) for _m in range(3))
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def claim(
    code: str, *, username: str, display_name: str, password: str, address: str | None = None
) -> User:
    """Create the first administrator of an instance that has no user yet.

    Raises:
        Conflict: there is a user already, or too many wrong codes came from this address.
        Invalid: the code is wrong or a value is not acceptable.
    """
    by = SYSTEM(reason=_("首次启动"))
    if waiting_time(NAME, address):
        raise Conflict(_("验证码错误次数过多，请 15 分钟后再试。"))
    if not hmac.compare_digest(code.strip().encode(), first_run_code().encode()):
        count_failure(NAME, address)
        raise Invalid(fields={"code": [_("启动验证码不正确，请查看服务器控制台。")]})
    with transaction.atomic(), recorded(by, "identity.first_run"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7452)")
        if not first_run_open():
            raise Conflict(_("已有管理员，首次启动已完成。"))
        user = new_account(username, display_name, by_reason=_("首次启动"))
        require_good_password(user, password)
        set_password(user, password, by=by)
        give_first_role(user, "system_administrator")
    code_file().unlink(missing_ok=True)
    user.refresh_from_db()  # the role ended the sessions of the row as it was
    return user


def new_account(username: str, display_name: str, *, by_reason: str) -> User:
    """Write an account without a password, outside any actor's rights.

    Raises:
        Invalid: the name is taken or not acceptable.
    """
    values = {"username": username, "display_name": display_name}
    return create_user(User, values, by=SYSTEM(reason=by_reason))


def create_administrator(username: str, display_name: str, kind: str) -> tuple[User, str]:
    """Create one of the three administrators from the machine's command line.

    Returns:
        The user and a one-time password, which must be changed at the first sign-in.

    Raises:
        Invalid: the name is taken.
    """
    by = SYSTEM(reason=_("命令行建立账号"))
    with transaction.atomic(), recorded(by, "identity.create_administrator"):
        user = new_account(username, display_name, by_reason=by.system_reason)
        text = one_time_password()
        set_password(user, text, by=by, one_time=True)
        give_first_role(user, Role.unscoped.get(exclusive=kind).code)
    code_file().unlink(missing_ok=True)
    return user, text
