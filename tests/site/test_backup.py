"""Backup and restore: the round trip, and every damage refused."""

import gzip
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest

from tests.database import TestDatabases
from zhike.site import archive

Run = subprocess.CompletedProcess


@pytest.fixture(scope="module")
def source(test_databases: TestDatabases):
    """Address of a migrated database with one table of ours."""
    url = test_databases.clone("backup_source")
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE note AS SELECT n, '客户 ' || n AS text FROM generate_series(1, 100) AS n"
        )
    yield url
    test_databases.drop("backup_source")


@pytest.fixture
def target(test_databases: TestDatabases):
    """Address of an empty database."""
    yield test_databases.empty("backup_target")
    test_databases.drop("backup_target")


def zhike(url: str, home: Path, *arguments: str) -> Run:
    variables = {**os.environ, "DATABASE_URL": url, "ZHIKE_HOME": str(home), "PYTHONPATH": "src"}
    variables["DJANGO_SETTINGS_MODULE"] = "zhike.site.settings"
    command = [sys.executable, "-m", "zhike.site.cli", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True)


@pytest.fixture(scope="module")
def saved(source: str, tmp_path_factory) -> Path:
    """An archive of the source with two attachments."""
    home = tmp_path_factory.mktemp("source")
    (home / "media" / "合同").mkdir(parents=True)
    (home / "media" / "合同" / "框架协议.pdf").write_bytes(os.urandom(100_000))
    (home / "media" / "empty.txt").touch()
    path = home / "saved.tar.gz"
    done = zhike(source, home, "backup", str(path))
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o077 == 0
    return path


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM note").fetchone()[0]


def test_the_round_trip_brings_rows_and_attachments_back(saved, target, tmp_path):
    done = zhike(target, tmp_path, "restore", str(saved))
    assert done.returncode == 0, done.stderr
    assert count(target) == 100
    original = saved.parent / "media" / "合同" / "框架协议.pdf"
    assert (tmp_path / "media/合同/框架协议.pdf").read_bytes() == original.read_bytes()
    assert (tmp_path / "media/empty.txt").read_bytes() == b""


def test_a_database_with_data_is_replaced_only_by_force(saved, target, tmp_path):
    assert zhike(target, tmp_path, "restore", str(saved)).returncode == 0
    with psycopg.connect(target) as connection:
        connection.execute("DELETE FROM note WHERE n > 10")
    refused = zhike(target, tmp_path, "restore", str(saved))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert count(target) == 10
    forced = zhike(target, tmp_path, "restore", str(saved), "--force")
    assert forced.returncode == 0, forced.stderr
    assert count(target) == 100
    assert list(tmp_path.glob("media-before-*")), "the former attachments are kept"


def test_a_database_in_use_is_not_replaced(saved, source, tmp_path):
    with psycopg.connect(source):
        refused = zhike(source, tmp_path, "restore", str(saved), "--force")
    assert refused.returncode == 1
    assert "in use" in refused.stderr
    assert count(source) == 100


def damaged(saved: Path, target: Path, damage: str) -> Path:
    content = bytearray(saved.read_bytes())
    if damage == "truncated":
        content = content[: len(content) // 2]
    elif damage == "bit":
        content[len(content) // 2] ^= 0x10
    elif damage == "text":
        content = bytearray("不是备份".encode())
    elif damage == "empty":
        content = bytearray()
    target.write_bytes(content)
    return target


@pytest.mark.parametrize("damage", ["truncated", "bit", "text", "empty"])
def test_a_damaged_archive_changes_nothing(saved, source, tmp_path, damage):
    path = damaged(saved, tmp_path / "damaged.tar.gz", damage)
    done = zhike(source, tmp_path, "restore", str(path), "--force")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "damaged.tar.gz" in done.stderr
    assert count(source) == 100
    assert not list(tmp_path.glob(".restore-*"))


def repacked(saved: Path, path: Path, change) -> Path:
    """The same archive with its list of (name, content) changed."""
    import io

    with tarfile.open(saved) as tar:
        parts = [(member.name, tar.extractfile(member).read()) for member in tar]
    with tarfile.open(path, "w:gz") as tar:
        for name, content in change(parts):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


CHANGES = {
    "an attachment is missing": lambda parts: [p for p in parts if "框架协议" not in p[0]],
    "an attachment was changed": lambda parts: [
        (name, content + b"!" if "框架协议" in name else content) for name, content in parts
    ],
    "the manifest is missing": lambda parts: [p for p in parts if p[0] != archive.MANIFEST],
    "a stranger is inside": lambda parts: [("media/extra", b"x"), *parts],
    "a way out": lambda parts: [("media/../../out", b"x"), *parts],
    "an absolute way out": lambda parts: [("/tmp/out", b"x"), *parts],
    "of a newer release": lambda parts: [
        (name, content.replace(b'"format": 1', b'"format": 9')) for name, content in parts
    ],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_archive_that_differs_from_its_manifest_is_refused(saved, tmp_path, change):
    path = repacked(saved, tmp_path / "changed.tar.gz", change)
    (tmp_path / "into").mkdir()
    with pytest.raises(archive.DamagedArchiveError):
        archive.extract(path, tmp_path / "into")
    assert not (tmp_path / "out").exists()


def test_every_single_flipped_byte_of_the_content_is_noticed(saved, tmp_path):
    content = gzip.decompress(saved.read_bytes())
    for step in range(1, 6):
        changed = bytearray(content)
        changed[len(content) * step // 7] ^= 1
        path = tmp_path / f"flipped-{step}.tar.gz"
        path.write_bytes(gzip.compress(bytes(changed), 1))
        (tmp_path / str(step)).mkdir()
        with pytest.raises(archive.DamagedArchiveError):
            archive.extract(path, tmp_path / str(step))


def test_an_existing_backup_is_never_overwritten(saved, source):
    before = saved.read_bytes()
    done = zhike(source, saved.parent, "backup", str(saved))
    assert done.returncode == 1
    assert saved.read_bytes() == before
