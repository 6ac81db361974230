"""Backup archives: the database's dump, the attachments, and a manifest that proves both whole.

A ``.tar.gz`` with ``database.dump`` (pg_dump, custom format), ``media/…`` and, last,
``manifest.json`` with size and SHA-256 of every member. Secrets are not in it: keys that decrypt a
backup do not belong beside it.
"""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
MEDIA = "media"
CHUNK = 1 << 20


class DamagedArchiveError(ValueError):
    """The file is no backup of ours, or not all of it is there unchanged."""


@dataclass
class Manifest:
    """What an archive holds. ``members`` maps a name to its size in bytes and its SHA-256."""

    version: str
    server: str
    created: str = field(
        default_factory=lambda: dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    )
    format: int = FORMAT
    members: dict[str, tuple[int, str]] = field(default_factory=dict)


def write(target: Path, dump: Path, media: Path, manifest: Manifest) -> None:
    """Write the archive ``target`` (0600); it gets its name only when it is complete."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar,
        ):
            for name, path in _members(dump, media):
                manifest.members[name] = _add(tar, name, path)
            _add_manifest(tar, manifest)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def extract(source: Path, directory: Path) -> Manifest:
    """Unpack ``source`` into the empty ``directory``, verifying every byte.

    Raises:
        DamagedArchiveError: truncated, changed, incomplete, or not one of ours.
    """
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source, mode="r|gz") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or manifest is not None:
                    raise DamagedArchiveError(f"不应有 (should not be there): {member.name}")
                if member.name == MANIFEST:
                    manifest = _read_manifest(content)
                else:
                    found[member.name] = _save(content, _inside(directory, member.name))
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise DamagedArchiveError(f"备份文件已损坏 (the archive is damaged): {error}") from error
    if manifest is None:
        raise DamagedArchiveError("备份不完整，缺少清单 (incomplete: the manifest is missing)")
    for name in sorted(found.keys() | manifest.members.keys()):
        if found.get(name) != manifest.members.get(name):
            raise DamagedArchiveError(f"内容与清单不符 (differs from the manifest): {name}")
    return manifest


def _members(dump: Path, media: Path) -> Iterator[tuple[str, Path]]:
    yield DUMP, dump
    if media.is_dir():
        for path in sorted(media.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"{MEDIA}/{path.relative_to(media).as_posix()}", path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> tuple[int, str]:
    info = tarfile.TarInfo(name)
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        info.size, info.mtime, info.mode = status.st_size, int(status.st_mtime), 0o600
        reader = _Hashing(file)
        tar.addfile(info, reader)
    return info.size, reader.digest.hexdigest()


def _add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _read_manifest(content: IO[bytes]) -> Manifest:
    try:
        values: dict[str, Any] = json.loads(content.read())
        if values["format"] != FORMAT:
            raise DamagedArchiveError(
                f"备份格式 {values['format']} 比本版新，请先升级 (made by a newer release)"
            )
        values["members"] = {k: (int(v[0]), str(v[1])) for k, v in values["members"].items()}
        return Manifest(**values)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        if isinstance(error, DamagedArchiveError):
            raise
        raise DamagedArchiveError("清单无法读取 (the manifest cannot be read)") from error


def _inside(directory: Path, name: str) -> Path:
    path = (directory / name).resolve()
    expected = name == DUMP or name.startswith(f"{MEDIA}/")
    if not expected or not path.is_relative_to(directory.resolve()):
        raise DamagedArchiveError(f"不应有 (should not be there): {name}")
    return path


def _save(content: IO[bytes], path: Path) -> tuple[int, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    reader = _Hashing(content)
    with path.open("wb") as file:
        shutil.copyfileobj(reader, file, CHUNK)
        return file.tell(), reader.digest.hexdigest()


class _Hashing:
    """Reads a file and digests what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self.file.read(size)
        self.digest.update(content)
        return content
