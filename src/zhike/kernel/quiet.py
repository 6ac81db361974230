"""Set-based writes of derived figures without a row history of their own."""

import contextlib
from collections.abc import Iterator

from django.db import connection
from pgtrigger import registered

from zhike.kernel.records import Record


@contextlib.contextmanager
def quietly(*models: type[Record]) -> Iterator[None]:
    """Write no history of these models inside the block, which stands inside a transaction.

    For figures that only repeat what other rows with a history say: a nightly refresh of a million
    of them would double the table for nothing. Works with statements of named parameters, which
    ``pgtrigger.ignore`` does not.
    """
    wanted: set[object] = set(models)
    names = [trigger.get_pgid(model) for model, trigger in registered() if model in wanted]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore', true)")
        before = cursor.fetchone()[0] or "{}"
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"]
        )
        yield
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [before])
