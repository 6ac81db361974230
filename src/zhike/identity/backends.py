"""Who is signed in: the account of a session, read on every request."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from zhike.identity.models import User
from zhike.identity.queries import session_account


class AccountBackend(ModelBackend):
    """Django's, with the account read by a statement that is built once."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the account, or None where it is gone or switched off."""
        user = session_account(user_id)
        return user if user and self.user_can_authenticate(user) else None
