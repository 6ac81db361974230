"""The tables of an empty database in one step, instead of replaying every migration.

Django renders all models anew for each operation of a migration: with some three hundred models that
takes minutes, and every first start and every test run would pay them. An empty database needs no
history. The tables are created from the models as they are (a test keeps the migrations equal to
these), then the SQL of the migrations runs in their order, and all of them are recorded as applied.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

PACKAGE = "zhike."


class NotReplayable(RuntimeError):
    """A migration holds something that cannot run without the state of its time."""


def is_empty() -> bool:
    """Tell whether no migration has ever been applied here."""
    return not MigrationRecorder(connection).applied_migrations()


def create() -> None:
    """Bring an empty database up to this release.

    Raises:
        NotReplayable: a migration of ours changes rows by Python; give it SQL instead.
    """
    own = {config.label for config in apps.get_app_configs() if config.name.startswith(PACKAGE)}
    plan = _plan(own)
    statements = list(_statements(plan))
    with _without_migrations(own):
        executor = MigrationExecutor(connection)  # the libraries' own tables: few, and no signals
        executor.migrate(executor.loader.graph.leaf_nodes())
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    with connection.schema_editor(atomic=True) as editor:
        state = ProjectState()
        for app_label, operation in statements:
            operation.database_forwards(app_label, editor, state, state)
    recorder = MigrationRecorder(connection)
    for migration in plan:
        recorder.record_applied(migration.app_label, migration.name)


def _plan(labels: set[str] | None) -> list[Migration]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    return [one for one, _back in plan if labels is None or one.app_label in labels]


def _statements(plan: list[Migration]) -> Iterator[tuple[str, RunSQL]]:
    for migration in plan:
        for operation in migration.operations:
            if isinstance(operation, RunPython):
                raise NotReplayable(f"{migration}: {operation.describe()}")
            if isinstance(operation, RunSQL):
                yield migration.app_label, operation


@contextmanager
def _without_migrations(labels: set[str]) -> Iterator[None]:
    """Let Django see these packages as such without migrations, whose tables it creates at once."""
    before = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {**before, **dict.fromkeys(labels)}
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = before
