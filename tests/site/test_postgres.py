"""The rules of the embedded PostgreSQL, each with real processes."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests.database import FAST
from zhike.site.postgres import EmbeddedPostgres, PostgresError, binaries, processes

SHARE = """
import sys, time
from pathlib import Path
from zhike.site.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
while time.time() < float(sys.argv[2]):
    pass
server.start()
print("joined", flush=True)
sys.stdin.readline()
server.stop()
"""


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def postmaster(server: EmbeddedPostgres) -> int:
    found = processes.running_postmaster(server.data)
    assert found is not None
    return found.pid


def wait_until(condition, limit: float = 10.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def coming(home: Path, at: float = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SHARE, str(home), str(at)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )


def sharer(home: Path) -> subprocess.Popen[str]:
    process = coming(home)
    assert process.stdout.readline() == "joined\n"
    return process


def test_the_application_role_owns_its_database_and_is_no_superuser(server):
    query = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = "
    assert one(server.url, query + "current_user") is False
    owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
    assert one(server.url, owner) == "zhike"


def test_text_order_does_not_depend_on_the_host(server):
    locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'zhike'"
    assert one(server.url, locale) == "bC.UTF-8"
    assert one(server.url, "SELECT upper('é') || '华为'") == "É华为"


def test_a_wrong_password_is_refused(server):
    password = (server.home / "secrets" / "postgres-application").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(password, "wrong"))


def test_secrets_are_readable_by_their_owner_only(server):
    for name in ("postgres-application", "postgres-superuser"):
        mode = (server.home / "secrets" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_a_killed_postmaster_comes_back_with_its_data(server):
    with psycopg.connect(server.url) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 20000) AS n")
    first = postmaster(server)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    server.start()
    assert postmaster(server) != first
    assert one(server.url, "SELECT count(*) FROM kept") == 20000


def test_a_stale_pid_file_whose_number_belongs_to_somebody_else(server):
    content = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        content[0] = str(stranger.pid)
        (server.data / "postmaster.pid").write_text("\n".join(content) + "\n")
        lock = server.base / "run" / ".s.PGSQL.5432.lock"
        lock.write_text("\n".join(content) + "\n")
        assert not server.is_running()
        server.start()
        assert one(server.url, "SELECT 1") == 1
        assert stranger.poll() is None, "the stranger must not be harmed"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_is_not_a_running_server(server):
    pid = postmaster(server)
    assert processes.serves(pid, server.data)
    os.kill(pid, signal.SIGKILL)
    stat_file = Path(f"/proc/{pid}/stat")
    wait_until(lambda: not stat_file.exists() or stat_file.read_text().split()[2] == "Z")
    assert not processes.serves(pid, server.data)


def test_two_processes_share_and_the_last_one_stops_it(home):
    first, second = sharer(home), sharer(home)
    server = EmbeddedPostgres(home)
    pid = postmaster(server)
    first.communicate("leave\n", timeout=20)
    assert processes.serves(pid, server.data), "the second one still uses it"
    second.communicate("leave\n", timeout=20)
    wait_until(lambda: not processes.serves(pid, server.data))
    server.destroy()


def test_processes_that_come_first_at_the_same_moment_share_one_server(home):
    """Each of them would make the directories, the passwords and the cluster."""
    moment = time.time() + 3  # when all have loaded
    together = [coming(home, moment) for _number in range(4)]
    assert [one.stdout.readline() for one in together] == ["joined\n"] * 4
    server = EmbeddedPostgres(home)
    pid = postmaster(server)
    for one in together:
        one.communicate("leave\n", timeout=60)
    wait_until(lambda: not processes.serves(pid, server.data))
    server.destroy()


def test_the_server_of_a_killed_process_is_adopted_and_stopped(home):
    user = sharer(home)
    server = EmbeddedPostgres(home)
    pid = postmaster(server)
    user.kill()
    user.communicate()
    assert processes.serves(pid, server.data), "the database survives its supervisor"
    server.start()
    assert postmaster(server) == pid
    server.stop()
    wait_until(lambda: not processes.serves(pid, server.data))
    server.destroy()


def test_deleting_is_refused_while_somebody_uses_it(server):
    with pytest.raises(PostgresError, match="another process"):
        EmbeddedPostgres(server.home).destroy()
    assert one(server.url, "SELECT 1") == 1


def test_half_a_cluster_never_gets_the_name(server):
    server.stop()
    server.data.rename(server.base / "data.draft-1")
    server.start()
    assert one(server.url, "SELECT 1") == 1
    assert not list(server.base.glob("data.draft*"))


def test_another_major_version_is_refused_with_the_remedy(server):
    server.stop()
    version = server.data / "PG_VERSION"
    version.write_text("16\n")
    try:
        with pytest.raises(PostgresError, match="zhike backup"):
            server.start()
    finally:
        version.write_text("18\n")


def test_a_broken_setting_quotes_the_servers_own_words(home):
    server = EmbeddedPostgres(home, settings={"shared_buffers": "many"})
    with pytest.raises(PostgresError, match="shared_buffers"):
        server.start()
    EmbeddedPostgres(home).destroy()


def test_a_long_data_directory_gets_a_short_socket(home):
    deep = home / ("很深的目录" * 5) / "data"
    deep.parent.mkdir(mode=0o711)
    deep.parent.chmod(0o711)
    server = EmbeddedPostgres(deep, settings=FAST)
    try:
        assert one(server.start(), "SELECT 1") == 1
        sockets = one(server.superuser_url(), "SHOW unix_socket_directories")
        assert len(f"{sockets}/.s.PGSQL.5432".encode()) <= 90
    finally:
        server.destroy()
    assert not Path(sockets.strip('"')).exists()


def test_tcp_for_tools_needs_the_password_too(home):
    from tests.product import free_port

    port = free_port()
    server = EmbeddedPostgres(home, settings=FAST, tcp_port=port)
    try:
        server.start()
        password = (home / "secrets" / "postgres-application").read_text()
        address = f"host=127.0.0.1 port={port} user=zhike dbname=zhike password="
        assert one(address + password, "SELECT 1") == 1
        assert one(server.url, "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address + "wrong")
    finally:
        server.destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as a system user")
def test_root_uses_a_system_user_without_a_shell_and_opens_nothing(server):
    entry = pwd.getpwnam(binaries.SYSTEM_USER)
    assert entry.pw_shell.endswith("nologin")
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == entry.pw_uid
    assert server.home.stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has directories nobody passes through")
def test_a_closed_home_of_root_stays_closed():
    with tempfile.TemporaryDirectory(prefix="zhike-closed-") as name:
        closed = Path(name)  # 0700
        server = EmbeddedPostgres(closed / "home", settings=FAST)
        try:
            assert one(server.start(), "SELECT 1") == 1
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
            assert binaries.SYSTEM_STORE in server.data.parents
        finally:
            server.destroy()


def test_programs_that_cannot_be_reached_are_copied_out(home, monkeypatch):
    monkeypatch.setattr(binaries, "SYSTEM_STORE", home / "store")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(binaries, "reachable", lambda _path: False)
    programs = binaries.program_directory()
    assert programs.is_relative_to(home / "store")
    done = subprocess.run([programs / "pg_dump", "--version"], capture_output=True, text=True)
    assert "18." in done.stdout
    assert binaries.program_directory() == programs
