"""数据库迁移 Bring the database's tables up to this release."""

import argparse
import logging

HELP = "数据库迁移 bring the database up to this release"
LOCK = 7_448_535  # any constant: two migrations at the same moment wait for each other


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--check``."""
    parser.add_argument("--check", action="store_true", help="只检查 only say what is missing")


def run(options: argparse.Namespace) -> int:
    """Apply what is missing, or with ``--check`` list it and return 1."""
    from zhike.site.console import say

    missing = pending()
    if options.check:
        for name in missing:
            say(name)
        return 1 if missing else 0
    say(f"已执行 applied: {apply()}")
    return 0


def pending() -> list[str]:
    """Names of migrations that the database lacks, as ``app.name``."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def apply() -> int:
    """Apply what is missing; returns the number of migrations. Safe to call from two processes."""
    from django.core.management import call_command
    from django.db import connection

    from zhike.site import fresh

    missing = pending()
    if not missing:
        ensure_shipped()
        return 0
    logging.getLogger("pgtrigger").setLevel(logging.WARNING)  # else a line for each trigger
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if fresh.is_empty():
                fresh.create()
            else:
                call_command("migrate", interactive=False, verbosity=0)
            ensure_shipped()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return len(missing)


def ensure_shipped() -> None:
    """Write what ships with this release and is missing: roles, rights, holidays, registers."""
    from zhike.identity.actions.calendar import ensure_bundled_years
    from zhike.interactions.actions import ensure_registers
    from zhike.kernel.actor import SYSTEM
    from zhike.needs.actions import ensure_types
    from zhike.trust.actions import ensure_defaults

    ensure_defaults()
    ensure_bundled_years()
    ensure_types(by=SYSTEM(reason="shipped types of needs"))
    ensure_registers()
