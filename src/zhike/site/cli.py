"""The command ``zhike``: finds its commands in ``zhike.site.commands``, one file each.

A command module has ``HELP`` (one line), ``NEEDS`` (``"nothing"``, ``"django"`` or ``"database"``;
the default is ``"database"``), ``add_arguments(parser)`` and ``run(options) -> int | None``. Its
file name is the command's name, ``_`` for ``-``, with a final ``_`` where Python reserves the word
(``import_.py``).
"""

import argparse
import faulthandler
import importlib
import pkgutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType, ModuleType

from zhike import __version__
from zhike.site import commands, environment
from zhike.site.console import CommandError, complain


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    faulthandler.enable()  # a crash in native code says where
    signal.signal(signal.SIGTERM, _leave)
    options = _parser().parse_args(arguments)
    try:
        return _run(options.module, options) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
    except _expected_errors() as error:
        complain(f"zhike {options.command}: {error}")
        return 1


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # so that the lease on the database is given back


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zhike",
        description="知客：让客户管理制度运转起来的 CRM。The CRM in which the handbook runs.",
        epilog="ZHIKE_HOME 数据目录 data; ZHIKE_PORT 端口 port; DATABASE_URL PostgreSQL 15+",
    )
    parser.add_argument("--version", action="version", version=f"zhike {__version__}")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in discover():
        summary = getattr(module, "HELP", "")
        child = choices.add_parser(name, help=summary, description=module.__doc__)
        module.add_arguments(child)
        child.set_defaults(module=module)
    return parser


def discover() -> Iterator[tuple[str, ModuleType]]:
    """All commands: name as typed, module; in alphabetical order."""
    for info in sorted(pkgutil.iter_modules(commands.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{commands.__name__}.{info.name}")
        if hasattr(module, "run"):
            yield info.name.rstrip("_").replace("_", "-"), module


def _run(module: ModuleType, options: argparse.Namespace) -> int | None:
    run: Callable[[argparse.Namespace], int | None] = module.run
    needs = getattr(module, "NEEDS", "database")
    if needs == "nothing":
        return run(options)
    if needs == "django":
        configure()
        return run(options)
    from zhike.site import database

    with database.opened(environment.read()):
        configure()
        try:
            return run(options)
        finally:
            database.disconnect()


def configure() -> None:
    """Set Django up once ``DATABASE_URL`` is right; settings read it when they are imported.

    What that makes stays as long as the process; the collector need not walk through it, which
    takes it a tenth of the Python of an import.
    """
    import gc
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.site.settings")
    import django

    django.setup()
    gc.freeze()


def _expected_errors() -> tuple[type[Exception], ...]:
    """Errors whose message is enough; all others show their traceback."""
    from zhike.site.postgres.binaries import PostgresError

    expected: list[type[Exception]] = [
        CommandError,
        PostgresError,
        environment.UnusableVariableError,
    ]
    if "django.core.exceptions" in sys.modules:
        from django.core.exceptions import ImproperlyConfigured, ValidationError
        from django.core.management.base import CommandError as DjangoCommandError
        from django.db.utils import OperationalError

        expected += [DjangoCommandError, ImproperlyConfigured, OperationalError, ValidationError]
    return tuple(expected)


if __name__ == "__main__":
    sys.exit(main())
