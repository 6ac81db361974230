"""备份 Back the database and the attachments up into one verified archive."""

import argparse
import datetime as dt
import subprocess
import tempfile
from pathlib import Path

from zhike.site import environment
from zhike.site.console import say

HELP = "备份数据库与附件 back database and attachments up"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the target."""
    parser.add_argument("file", nargs="?", type=Path, help="目标文件 target (.tar.gz)")


def run(options: argparse.Namespace) -> None:
    """Write the archive and say what to keep beside it."""
    env = environment.read()
    target = options.file or default_target(env.home)
    make(target.absolute(), env.media)
    say(f"已备份 backed up: {target} ({target.stat().st_size / 1e6:.1f} MB)")
    say(f"另请妥善保管 keep apart and safe: {env.secrets}")


def default_target(home: Path) -> Path:
    """A file named after this second, below ``backups``."""
    now = dt.datetime.now().astimezone()
    return home / "backups" / f"zhike-{now:%Y%m%d-%H%M%S}.tar.gz"


def make(target: Path, media: Path) -> None:
    """Write the archive ``target`` from the current database and the directory ``media``.

    Raises:
        CommandError: the target exists, or pg_dump fails.
    """
    from zhike import __version__
    from zhike.site import archive
    from zhike.site.console import CommandError

    if target.exists():
        raise CommandError(f"文件已存在 (the file exists): {target}")
    environment.private_directory(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as directory:
        dump = Path(directory) / archive.DUMP
        _dump(dump)
        archive.write(target, dump, media, archive.Manifest(__version__, _server_version()))


def _dump(path: Path) -> None:
    from zhike.site import database
    from zhike.site.console import CommandError

    command = [database.program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    done = subprocess.run(  # noqa: S603
        [*command, f"--file={path}"],
        env=database.client_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"pg_dump: {done.stderr.strip()[-1000:]}")


def _server_version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
