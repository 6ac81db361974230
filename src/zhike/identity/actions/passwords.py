"""Passwords: the two profiles, one-time passwords, ageing and former ones."""

import datetime as dt
import secrets
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity import journal
from zhike.identity.models import User
from zhike.identity.policies import PasswordFacts, SignInParams, judge_password
from zhike.identity.queries import sign_in_rules
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid, NotFound
from zhike.kernel.policies import Reason
from zhike.kernel.policy_store import sentence

LEAKED = Path(__file__).parent.parent / "data" / "leaked_passwords.txt"
# Without letters and digits that look alike on paper.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


@cache
def leaked_passwords() -> frozenset[str]:
    """Return the bundled list of passwords known from leaks, in lower case."""
    lines = LEAKED.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("# "))


def password_reasons(user: User, password: str, rules: SignInParams | None = None) -> list[Reason]:
    """Return each condition of the profile in force and whether the password meets it."""
    rules = rules or sign_in_rules()
    former = [user.password, *user.former_passwords][
        : rules.remembered if rules.profile == "mlps" else 1
    ]
    names = [user.username, str(user.mobile or ""), str(user.email or "").partition("@")[0]]
    facts = PasswordFacts(
        password=password,
        names=[name for name in names if name],
        leaked=password.casefold().strip() in leaked_passwords(),
        former=any(check_password(password, old) for old in former if old),
    )
    return judge_password(facts, rules)


def require_good_password(user: User, password: str) -> None:
    """Refuse a password that the profile in force does not accept.

    Raises:
        Invalid: with every unmet condition under ``new_password``.
    """
    unmet = [sentence(line) for line in password_reasons(user, password) if not line.holds]
    if unmet:
        raise Invalid(
            fields={"new_password": [_("密码须%(rule)s。") % {"rule": one} for one in unmet]}
        )


def set_password(user: User, password: str, *, by: Actor, one_time: bool = False) -> None:
    """Put a password on a locked user row: ends all sessions, remembers the former one."""
    rules = sign_in_rules()
    if user.password and user.has_usable_password():
        kept = max(rules.remembered - 1, 0)
        user.former_passwords = [user.password, *user.former_passwords][:kept]
    now = timezone.now()
    user.password = make_password(password)
    user.password_changed_at = now
    user.must_change_password = one_time
    user.one_time_until = now + dt.timedelta(hours=rules.one_time_hours) if one_time else None
    user.session_epoch += 1
    fields = ["password", "password_changed_at", "must_change_password", "one_time_until"]
    store(user, by=by, fields=[*fields, "former_passwords", "session_epoch"])


def one_time_password() -> str:
    """Return a random password that meets both profiles, in groups that are easy to read out."""
    while True:
        groups = ["".join(secrets.choice(ALPHABET) for _n in range(4)) for _m in range(4)]
        text = "-".join(groups)
        if any(c.isdigit() for c in text) and any(c.isupper() for c in text):
            return text


@action(
    "identity.reset_password",
    on=User,
    verb="change",
    title=gettext_lazy("重置密码"),
    icon="key",
    danger=True,
    available=lambda row, by: row.is_active and row.pk != by.user_id,
)
def reset_password(user: User, *, by: Actor) -> str:
    """Give a person a one-time password and return it; it must be changed at the first sign-in."""
    text = one_time_password()
    set_password(user, text, by=by, one_time=True)
    journal.note("password_reset", by=by, row=user)
    return text


def change_own_password(old: str, new: str, *, by: Actor) -> User:
    """Change the actor's own password; every other session of his ends.

    Raises:
        Invalid: the old password is wrong or the new one does not meet the profile.
    """
    with recorded(by, "identity.change_own_password"):
        user = own_row(by)
        right = user.check_password(old)
        if right:
            require_good_password(user, new)
            set_password(user, new, by=by)
        journal.note("password_change", by=by, row=user, succeeded=right)
    if not right:
        raise Invalid(fields={"old_password": [_("当前密码不正确。")]})
    return user


def own_row(by: Actor) -> User:
    """Return the actor's own user row, locked.

    Raises:
        Forbidden: nobody is signed in.
    """
    if by.user_id is None:
        raise Forbidden
    user = (
        User.unscoped.select_for_update(of=("self",)).filter(pk=by.user_id, is_active=True).first()
    )
    if user is None:
        raise NotFound
    return user


def end_sessions(user_id: int, *, by: Actor) -> None:
    """End every session of a person at once, in the running transaction."""
    user = User.unscoped.select_for_update(of=("self",)).get(pk=user_id)
    user.session_epoch += 1
    store(user, by=by, fields=["session_epoch"])
