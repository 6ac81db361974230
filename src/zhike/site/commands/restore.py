"""恢复备份 Restore an archive of ``zhike backup``: all of it or nothing."""

import argparse
import datetime as dt
import os
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from zhike.site import environment
from zhike.site.console import say

HELP = "从备份恢复 restore a backup"
HEADER_LINES = 60
LEAVING = 3.0  # seconds that connections just closed may take to disappear
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'
"""
NEWER_SETTINGS = (b"SET transaction_timeout",)  # an 18 dump says this; a 15 server refuses it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the archive and ``--force``."""
    parser.add_argument("file", type=Path, help="备份文件 archive")
    parser.add_argument("--force", action="store_true", help="覆盖现有数据 replace what is there")


def run(options: argparse.Namespace) -> None:
    """Verify the archive, replace the database in one transaction, then the attachments."""
    from zhike.site import archive
    from zhike.site.commands import migrate
    from zhike.site.console import CommandError

    env = environment.read()
    if not options.file.is_file():
        raise CommandError(f"没有此文件 (no such file): {options.file}")
    _refuse_unless_quiet(force=options.force)
    environment.private_directory(env.home)
    with tempfile.TemporaryDirectory(dir=env.home, prefix=".restore-") as name:
        directory = Path(name)
        try:
            manifest = archive.extract(options.file, directory)
        except archive.DamagedArchiveError as error:
            raise CommandError(f"{options.file}: {error}") from error
        _restore_database(directory / archive.DUMP)
        kept = _replace_media(directory / archive.MEDIA, env.media)
    migrated = migrate.apply()
    say(f"已恢复 restored: {manifest.created}, {len(manifest.members) - 1} 个附件 attachments")
    say(f"数据库迁移 migrations applied: {migrated}")
    if kept:
        say(f"原有附件已移至 former attachments are kept in: {kept}")


def _refuse_unless_quiet(*, force: bool) -> None:
    import psycopg

    from zhike.site import database
    from zhike.site.console import CommandError

    database.disconnect()  # these connections would look like somebody else's
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as alone:
        deadline = time.monotonic() + LEAVING
        while alone.execute(OTHERS).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise CommandError(
                    "数据库正在使用，请先停止 zhike run (in use: stop zhike run first)"
                )
            time.sleep(0.05)
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        if alone.execute(tables).fetchone() != (0,) and not force:
            raise CommandError(
                "数据库不是空的；确要覆盖请加 --force (not empty: --force replaces what is there)"
            )


def _restore_database(dump: Path) -> None:
    """Replace the schema in one transaction: a failure leaves the old data as it was."""
    from zhike.site import database
    from zhike.site.console import CommandError

    script = dump.with_suffix(".sql")
    _call([database.program("pg_restore"), "--no-owner", "--no-privileges", "-f", script, dump])
    _drop_newer_settings(script)
    reset = "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public"
    psql = [database.program("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    psql += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--command={reset}"]
    try:
        _call([*psql, f"--file={script}"])
    except CommandError as error:
        raise CommandError(f"未恢复，原有数据未变 (nothing was changed): {error}") from error


def _call(command: Iterable[str | Path]) -> None:
    from zhike.site import database
    from zhike.site.console import CommandError

    words = [str(word) for word in command]
    done = subprocess.run(  # noqa: S603
        words, env=database.client_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{Path(words[0]).name}: {done.stderr.strip()[-1000:]}")


def _drop_newer_settings(script: Path) -> None:
    """Blank out header lines that older servers refuse; the length of the file stays."""
    with script.open("r+b") as file:
        for _ in range(HEADER_LINES):
            begin = file.tell()
            line = file.readline()
            if line.startswith(NEWER_SETTINGS):
                file.seek(begin)
                file.write(b"-" * (len(line) - 1) + b"\n")


def _replace_media(restored: Path, media: Path) -> Path | None:
    kept = None
    if media.is_dir() and any(media.iterdir()):
        now = dt.datetime.now().astimezone()
        kept = media.with_name(f"media-before-{now:%Y%m%d-%H%M%S}")
        media.rename(kept)
    elif media.is_dir():
        media.rmdir()
    if restored.is_dir():
        restored.rename(media)
    return kept
