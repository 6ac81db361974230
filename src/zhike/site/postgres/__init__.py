"""The embedded PostgreSQL 18: our own supervisor of the server programs.

For evaluation, development, tests and small single hosts. Several processes share one server
through a lease (a shared file lock that the kernel frees when a process dies); the last one to
leave stops it. Every rule here answers a failure that was seen with a simpler launcher.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from zhike.site import environment
from zhike.site.postgres import binaries, configuration, processes
from zhike.site.postgres.binaries import MAJOR, PostgresError

__all__ = ["EmbeddedPostgres", "PostgresError"]

SUPERUSER = "postgres"
DEFAULT_PORT = 5432
SOCKET_PATH_LIMIT = 90  # bytes; the kernel's own limit is 107
RECOVERY_LIMIT = 300.0  # seconds a start may take, crash recovery included
ORPHAN_LIMIT = 60.0  # seconds for backends of a killed postmaster to end
STOP_LIMIT = 60.0
POLL = 0.02

_left_running: list[subprocess.Popen[bytes]] = []  # servers we started that others still use


class EmbeddedPostgres:
    """One PostgreSQL cluster below ``home``, shared by all processes that start it.

    ``settings`` are extra server settings (tests turn ``fsync`` off); ``tcp_port`` opens
    127.0.0.1 for BI tools and drivers that cannot use a unix socket.
    """

    def __init__(
        self, home: Path, *, settings: Mapping[str, str] | None = None, tcp_port: int = 0
    ) -> None:
        self.home = home.absolute()
        self._extra = dict(settings or {})
        self._tcp_port = tcp_port
        self._account = binaries.service_account()
        environment.private_directory(self.home, 0o711 if self._account else 0o700)
        self.base = self._base_directory()
        self.data = self.base / "data"
        self.logs = self.base / "log"
        self._lease: int | None = None
        self._child: subprocess.Popen[bytes] | None = None

    # -- what others call ---------------------------------------------------------------------

    def start(self) -> str:
        """Join the running server or start it; returns the address of the application database.

        Waits for crash recovery, up to five minutes. Calling it again while it runs is cheap and
        brings a killed server back.

        Raises:
            PostgresError: the server cannot run; the message quotes its log.
        """
        with self._mutex():
            self._prepare_directories()
            held = self._lease is not None
            self._take_lease()
            try:
                running = processes.running_postmaster(self.data)
                if running is None:
                    self._launch()
                self._await_ready()
                if running is None or not self._marker.exists():
                    self._provision()
            except BaseException:
                if not held:
                    self._drop_lease()
                raise
        return self.url

    def stop(self) -> None:
        """Give the lease back; the last one to do so stops the server."""
        if self._lease is None:
            return
        with self._mutex():
            if self._alone():
                self._shut_down()
            elif self._child is not None:
                _left_running.append(self._child)
                self._child = None
            self._drop_lease()

    def is_running(self) -> bool:
        """Whether the server is alive and ready, without connecting to it."""
        self._reap()
        found = processes.running_postmaster(self.data)
        return found is not None and found.ready

    def binary(self, name: str) -> Path:
        """Path of a PostgreSQL program of the same version, for example ``pg_dump``."""
        path = binaries.program_directory() / name
        if not path.is_file():
            raise PostgresError(f"没有此程序 (no such program): {name}")
        return path

    @property
    def url(self) -> str:
        """Address of the application database for the application role (no superuser)."""
        password = self._password("postgres-application")
        return self._url(environment.DATABASE_ROLE, password, environment.DATABASE_NAME)

    def superuser_url(self, database: str = "postgres") -> str:
        """Address for administration: creating databases, restoring, tests."""
        return self._url(SUPERUSER, self._password("postgres-superuser"), database)

    def destroy(self) -> None:
        """Stop the server and delete its data; refuses while another process uses it."""
        with self._mutex():
            self._prepare_directories()
            self._take_lease()
            if not self._alone():
                self._drop_lease()
                raise PostgresError("数据库正被其他进程使用 (another process uses the database)")
            self._shut_down()
            self._drop_lease()
            shutil.rmtree(self._socket_directory(), ignore_errors=True)
            shutil.rmtree(self.base)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -- places -------------------------------------------------------------------------------

    def _base_directory(self) -> Path:
        usual = self.home / "postgres"
        if self._account is None or (usual / "data").exists() or binaries.reachable(self.home):
            return usual
        # The system user could not pass through, say, /root: keep the cluster where it can.
        return binaries.SYSTEM_STORE / "clusters" / self._digest

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    @property
    def _marker(self) -> Path:
        return self.base / "provisioned"

    @property
    def _port(self) -> int:
        return self._tcp_port or DEFAULT_PORT

    def _socket_directory(self) -> Path:
        preferred = self.base / "run"
        if len(os.fsencode(preferred / f".s.PGSQL.{self._port}")) <= SOCKET_PATH_LIMIT:
            return preferred
        place = Path("/run") if self._account else Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp"))  # noqa: S108
        return place / f"zhike-{os.geteuid()}-{self._digest}"

    def _prepare_base(self) -> None:
        if binaries.SYSTEM_STORE in self.base.parents:
            environment.private_directory(binaries.SYSTEM_STORE, 0o755)
            environment.private_directory(self.base.parent, 0o711)
        environment.private_directory(self.base, 0o711 if self._account else 0o700)

    def _prepare_directories(self) -> None:
        owner = self._account.uid if self._account else os.geteuid()
        for path in (self.logs, self._socket_directory()):
            if not path.exists():
                path.mkdir(mode=0o700)
                if self._account:
                    self._account.own(path)
            if path.is_symlink() or path.lstat().st_uid != owner:
                raise PostgresError(f"此目录属于他人，拒绝使用 (owned by somebody else): {path}")

    def _password(self, name: str) -> str:
        return environment.secret(self.home / "secrets" / name)

    def _url(self, user: str, password: str, database: str) -> str:
        running = processes.read_pid_file(self.data)
        directory = running.socket_directory if running else self._socket_directory()
        port = running.port if running else self._port
        address = environment.socket_url(directory, user, password, database)
        return address if port == DEFAULT_PORT else f"{address}&port={port}"

    # -- locks --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _mutex(self) -> Iterator[None]:
        """Only one process at a time prepares, starts or stops the server."""
        self._prepare_base()
        descriptor = self._open_lock("mutex")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _open_lock(self, name: str) -> int:
        return os.open(self.base / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def _take_lease(self) -> None:
        if self._lease is None:
            self._lease = self._open_lock("lease")
            fcntl.flock(self._lease, fcntl.LOCK_SH)

    def _drop_lease(self) -> None:
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None

    def _alone(self) -> bool:
        """Whether nobody else holds a lease; call with the mutex held."""
        assert self._lease is not None  # noqa: S101 - callers hold it
        try:
            fcntl.flock(self._lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._lease, fcntl.LOCK_SH)
            return False
        return True

    # -- start --------------------------------------------------------------------------------

    def _reap(self) -> None:
        """Collect our dead server, so that it is no zombie."""
        if self._child is not None:
            self._child.poll()

    def _forget_child(self) -> None:
        """Collect a server that has ended, or is about to."""
        if self._child is not None:
            self._child.wait()
            self._child = None

    def _launch(self) -> None:
        alive = self._await_orphans()
        try:
            self._forget_child()  # it is dead, since its lock is free
            self._clear_stale_files()
            self._initialise()
            self._spawn(alive)
        finally:
            os.close(alive)  # the server keeps its own copy, and with it the lock

    def _await_orphans(self) -> int:
        """Wait for backends of a killed postmaster; returns the locked liveness file.

        The server inherits that lock, so it is held exactly as long as any of its processes lives,
        even one in another container that ``/proc`` does not show.
        """
        alive = self._open_lock("alive")
        deadline = time.monotonic() + ORPHAN_LIMIT
        gentle = time.monotonic() + ORPHAN_LIMIT / 4
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not processes.all_serving(self.data):
                    return alive
            if time.monotonic() > deadline:
                os.close(alive)
                raise PostgresError(
                    f"另有 PostgreSQL 正在使用该数据目录，可能在别的容器里 "
                    f"(another PostgreSQL uses this data directory, perhaps in another "
                    f"container): {self.data}"
                )
            if time.monotonic() > gentle:
                for pid in processes.all_serving(self.data):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGQUIT)
            time.sleep(POLL)

    def _clear_stale_files(self) -> None:
        """Remove what a dead server left, its socket lock too: a zombie keeps that one 'alive'."""
        stale = processes.read_pid_file(self.data)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        places = {(self._socket_directory(), self._port)}
        if stale and stale.socket_directory.parent == self.base:
            places.add((stale.socket_directory, stale.port))
        for directory, port in places:
            (directory / f".s.PGSQL.{port}.lock").unlink(missing_ok=True)
            (directory / f".s.PGSQL.{port}").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the cluster in a draft, then rename: half a cluster never gets the name."""
        version = self.data / "PG_VERSION"
        if version.is_file():
            found = version.read_text(encoding="ascii").strip()
            if found != MAJOR:
                raise PostgresError(
                    f"数据目录是 PostgreSQL {found} 的，本版需要 {MAJOR}；请用旧版 zhike backup，"
                    f"再用新版 zhike restore (the data directory is of another major version: back "
                    f"up with the old release, restore with this one)"
                )
            return
        for leftover in self.base.glob("data.draft*"):
            shutil.rmtree(leftover)
        draft = self.base / f"data.draft-{os.getpid()}"
        draft.mkdir(mode=0o700)
        password = self.logs / "initdb-password"
        password.touch(mode=0o600)
        password.write_text(self._password("postgres-superuser"), encoding="ascii")
        if self._account:
            self._account.own(draft)
            self._account.own(password)
        try:
            self._run_initdb(draft, password)
        finally:
            password.unlink()
        draft.rename(self.data)
        self._marker.unlink(missing_ok=True)

    def _run_initdb(self, draft: Path, password: Path) -> None:
        # The builtin locale keeps indexes valid when the host's C library changes its collations.
        command = [str(self.binary("initdb")), f"--pgdata={draft}", f"--username={SUPERUSER}"]
        command += [f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--text-search-config=simple", "--data-checksums"]
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_clean_environment(),
            **self._as_account(),
        )
        if done.returncode:
            raise PostgresError(f"initdb 失败 (failed): {done.stderr.strip()[-2000:]}")

    def _spawn(self, alive: int) -> None:
        settings = configuration.server_settings(
            self.logs, self._socket_directory(), self._port, tcp=bool(self._tcp_port)
        )
        command = [str(self.binary("postgres")), "-D", str(self.data)]
        for name, value in (settings | self._extra).items():
            command += ["-c", f"{name}={value}"]
        with (self.logs / "start.log").open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_clean_environment(),
                pass_fds=(alive,),
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops us last
                **self._as_account(),
            )

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}

    def _await_ready(self) -> None:
        deadline = time.monotonic() + RECOVERY_LIMIT
        while not self.is_running():
            if self._child is not None and self._child.returncode is not None:
                raise PostgresError(f"PostgreSQL 未能启动 (did not start):\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL 恢复超过 {RECOVERY_LIMIT:.0f} 秒，仍在继续；稍后再试 "
                    f"(recovery takes longer than that and goes on; try again later)\n"
                    f"{self._log_tail()}"
                )
            time.sleep(POLL)

    def _log_tail(self) -> str:
        logs = sorted(self.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)
        lines = [path.read_text(encoding="utf-8", errors="replace") for path in logs[-2:]]
        return "\n".join(lines)[-2000:].strip()

    def _provision(self) -> None:
        """Make the application role (no superuser) and its database."""
        role = sql.Identifier(environment.DATABASE_ROLE)
        name = environment.DATABASE_NAME
        password = sql.Literal(self._password("postgres-application"))
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            verb = (
                "ALTER"
                if connection.execute(known, [environment.DATABASE_ROLE]).fetchone()
                else "CREATE"
            )
            connection.execute(
                sql.SQL(
                    "{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
                ).format(sql.SQL(verb), role, password)
            )
            present = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(present, [name]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), role)
                )
        self._marker.touch(mode=0o600)

    # -- stop ---------------------------------------------------------------------------------

    def _shut_down(self) -> None:
        """Fast shutdown (clients are disconnected, data is written), immediate after a minute."""
        for wish, limit in ((signal.SIGINT, STOP_LIMIT), (signal.SIGQUIT, STOP_LIMIT)):
            running = processes.running_postmaster(self.data)
            if running is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, wish)
            deadline = time.monotonic() + limit
            while processes.serves(running.pid, self.data) and time.monotonic() < deadline:
                self._reap()
                time.sleep(POLL / 4)
        self._forget_child()


def _clean_environment() -> dict[str, str]:
    """No PG* variable or locale of the caller may change how the server works."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
