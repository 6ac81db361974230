"""Sessions in the database as Django keeps them, read on every request by one plain statement."""

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's store; only the look-up is written out, for building the query costs more than it."""

    def _get_session_from_db(self) -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data, expire_date FROM django_session"
                " WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        data, expires = found
        return self.model(session_key=self.session_key, session_data=data, expire_date=expires)
