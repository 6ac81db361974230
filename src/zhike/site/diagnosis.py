"""What ``zhike doctor`` examines. Each check says what it found and, if need be, what to do."""

import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from zhike.site.environment import Environment

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 150000
NODE_WANTED = (20, 19)
LOW_DISK = 2 * 1024**3
NO_DISK = 200 * 1024**2
BUILT = Path(__file__).resolve().parents[1] / "web" / "static" / "dist"
WORKER_SILENCE = 60  # seconds without a heartbeat after which a worker counts as gone


@dataclass(frozen=True)
class Finding:
    """One result: ``level`` is ``ok``, ``warn`` or ``fail``."""

    level: str
    subject: str
    detail: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding for ``--json``."""
        return asdict(self)


def examine(env: Environment) -> Iterator[Finding]:
    """All findings; no check's failure keeps the others from running."""
    for check in (python, virtual_environment, node, front_end, disk, secrets, settings, port):
        yield from _guarded(check, env)
    yield from database(env)


def _guarded(check: Callable[[Environment], Finding], env: Environment) -> Iterator[Finding]:
    try:
        yield check(env)
    except Exception as error:
        yield Finding("fail", check.__name__, f"{type(error).__name__}: {error}")


def python(_env: Environment) -> Finding:
    """Version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("fail", "Python", version, "安装 3.11 或更新 install 3.11 or later")
    return Finding("ok", "Python", version)


def virtual_environment(_env: Environment) -> Finding:
    """Whether a virtual environment is in use."""
    if sys.prefix == sys.base_prefix:
        return Finding("warn", "venv", "未使用 not in one", "make run 会建立 makes one")
    return Finding("ok", "venv", sys.prefix)


def node(_env: Environment) -> Finding:
    """Node for building the front end; not needed once it is built."""
    beside = Path(sys.executable).with_name("node")
    program = str(beside) if beside.exists() else shutil.which("node")
    if program is None:
        return Finding("ok", "node", "无；构建时从 PyPI 取得 none; taken from PyPI for the build")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = done.stdout.strip().lstrip("v")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < NODE_WANTED:
        return Finding("ok", "node", f"{version}，太旧，改用 PyPI 的 too old, PyPI's is used")
    return Finding("ok", "node", version)


def front_end(_env: Environment) -> Finding:
    """Whether style sheets and scripts are built."""
    if not BUILT.is_dir() or not any(BUILT.iterdir()):
        return Finding("fail", "前端 front end", "未构建 not built", "make frontend")
    size = sum(path.stat().st_size for path in BUILT.rglob("*") if path.is_file())
    return Finding("ok", "前端 front end", f"{size / 1e6:.1f} MB")


def disk(env: Environment) -> Finding:
    """Free space where the data is."""
    place = env.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"{free / 1024**3:.1f} GB, {place}"
    if free < LOW_DISK:
        level = "fail" if free < NO_DISK else "warn"
        return Finding(level, "磁盘 disk", text, "清理或移动 ZHIKE_HOME free space or move it")
    return Finding("ok", "磁盘 disk", text)


def secrets(env: Environment) -> Finding:
    """Whether only their owner can read the secrets."""
    files = [path for path in env.secrets.glob("*") if path.is_file()]
    files += [env.demo_accounts] if env.demo_accounts.is_file() else []
    loose = [str(path) for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        names = " ".join(loose)
        return Finding(
            "fail", "密钥文件 secrets", f"他人可读 others can read: {names}", f"chmod 600 {names}"
        )
    return Finding("ok", "密钥文件 secrets", f"{len(files)} (0600)")


def settings(env: Environment) -> Finding:
    """Whether the chosen settings are safe for what they open."""
    public = env.host not in {"127.0.0.1", "localhost", "::1"}
    if env.debug:
        return Finding(
            "fail" if public else "warn", "设置 settings", "ZHIKE_DEBUG=1", "unset ZHIKE_DEBUG"
        )
    if public and not env.https:
        return Finding(
            "warn",
            "设置 settings",
            f"{env.host} 对外开放而无 HTTPS (open to the network without HTTPS)",
            "用反向代理加 TLS 并设 ZHIKE_HTTPS=1 put a TLS proxy before it and set ZHIKE_HTTPS=1",
        )
    return Finding("ok", "设置 settings", f"{env.host}, HTTPS {'on' if env.https else 'off'}")


def port(env: Environment) -> Finding:
    """Whether the web port is free, or 知客 itself answers there."""
    import urllib.error
    import urllib.request

    with socket.socket(socket.AF_INET6 if ":" in env.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((env.host, env.port))
        except OSError as error:
            reason = error.strerror
        else:
            return Finding("ok", "端口 port", f"{env.port} 空闲 free")
    try:
        with urllib.request.urlopen(f"{env.address}/healthz", timeout=3):  # noqa: S310
            return Finding("ok", "端口 port", f"{env.port} 知客运行中 zhike is running")
    except urllib.error.HTTPError as error:
        with error:
            return Finding("fail", "端口 port", f"/healthz {error.code}", f"{env.address}/healthz")
    except OSError:
        return Finding("fail", "端口 port", f"{env.port}: {reason}", "另设 set ZHIKE_PORT")


def database(env: Environment) -> Iterator[Finding]:
    """Reachable, recent enough, an ordinary role, migrated, with a worker alive."""
    from zhike.site import cli
    from zhike.site import database as databases

    subject = "数据库 database"
    try:
        with databases.opened(env):
            cli.configure()
            try:
                for check in (_server, _role, _migrations, _worker):
                    yield from _guarded(check, env)
            finally:
                databases.disconnect()
    except Exception as error:
        remedy = "检查 DATABASE_URL check it" if env.database_url else f"{env.home}/postgres/log"
        yield Finding("fail", subject, f"{type(error).__name__}: {error}", remedy)


def _one(query: str) -> tuple[object, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchone())


def _server(env: Environment) -> Finding:
    number, version = _one(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
    )
    where = "DATABASE_URL" if env.database_url else "内置 built in"
    if int(str(number)) < OLDEST_POSTGRES:
        return Finding("fail", "数据库 database", f"PostgreSQL {version}", "升级到 upgrade to 15+")
    return Finding("ok", "数据库 database", f"PostgreSQL {version}, {where}")


def _role(_env: Environment) -> Finding:
    name, strong = _one(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    if strong:
        remedy = "ALTER ROLE … NOSUPERUSER NOBYPASSRLS"
        return Finding("warn", "数据库角色 role", f"{name} 权限过大 is a superuser", remedy)
    return Finding("ok", "数据库角色 role", str(name))


def _migrations(_env: Environment) -> Finding:
    from zhike.site.commands import migrate

    missing = migrate.pending()
    if missing:
        return Finding("fail", "迁移 migrations", f"{len(missing)} 未执行 missing", "zhike migrate")
    return Finding("ok", "迁移 migrations", "全部完成 complete")


def _worker(_env: Environment) -> Finding:
    alive, waiting = _one(
        "SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >"  # noqa: S608
        f" now() - interval '{WORKER_SILENCE} seconds'),"
        " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo')"
    )
    detail = f"{alive} 个 alive, {waiting} 个任务等待 jobs waiting"
    if not alive:
        return Finding("warn", "后台任务 worker", detail, "zhike run 或 or zhike worker")
    return Finding("ok", "后台任务 worker", detail)
