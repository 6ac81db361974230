"""Who is signed in: the account of a session, read on every request."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from zhike.identity.models import User
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.prepared import Id, prepared


class AccountBackend(ModelBackend):
    """Django's, with the account read by a statement that is built once."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the account, or None where it is gone or switched off."""
        for user in _account(ANONYMOUS, user_id):
            return user if self.user_can_authenticate(user) else None
        return None


@prepared
def _account(_by: Actor, user_id: Id) -> "QuerySet[User]":
    return User.unscoped.filter(pk=user_id)
