"""How moments come from PostgreSQL: read by C code, for a page of a list has a hundred of them."""

import datetime as dt
from typing import Any

from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg.types.datetime import TimestamptzLoader


class MomentLoader(TimestamptzLoader):
    """Reads ``2026-11-20 08:20:05.12+00``; the sessions of Django's connections are in UTC."""

    timezone = dt.UTC  # Django asks its loader for this

    def load(self, data: Any) -> dt.datetime:
        """Return the moment in UTC; what Python's parser refuses takes the long way."""
        try:
            return dt.datetime.fromisoformat(bytes(data).decode()).astimezone(dt.UTC)
        except ValueError:
            return super().load(data).astimezone(dt.UTC)


get_adapters_template(True, dt.UTC).register_loader("timestamptz", MomentLoader)
