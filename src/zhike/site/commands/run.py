"""启动知客 Start database, web and background worker; Ctrl-C stops everything."""

import argparse
import importlib
import importlib.util
import socket
import sys
import time
import urllib.error
import urllib.request

from zhike.site import environment
from zhike.site.console import say
from zhike.site.environment import Environment
from zhike.site.supervisor import Child, Supervisor

HELP = "启动知客 start everything"
NEEDS = "nothing"
DEMO_MODULE = "zhike.site.demo"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """No arguments: the environment says it all."""


def run(_options: argparse.Namespace) -> int:
    """Bring everything up, print the address, watch until stopped."""
    env = environment.read()
    _require_free_port(env)
    from zhike.site import database

    say("知客 zhike")
    with database.opened(env) as server:
        code = _prepare(env)
        supervisor = Supervisor(children(env), keep=server.start if server else None)
        say("  4/4 网页与后台 web and worker")
        begin = time.monotonic()
        supervisor.start()
        try:
            came_up = supervisor.watch(until=lambda: _answers(env))
            if came_up and not supervisor.stopping:
                _announce(env, time.monotonic() - begin, code)
                came_up = supervisor.watch()
        finally:
            supervisor.stop()
    say("已停止 stopped")
    return 0 if came_up else 1


def children(env: Environment) -> list[Child]:
    """The processes that ``zhike run`` keeps alive."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2"]
    web += ["--blocking-threads", "2", "--respawn-failed-workers", "--respawn-interval", "0.5"]
    web += ["--workers-kill-timeout", "1", "--log-level", "warning", "--no-ws"]
    web += ["--host", env.host, "--port", str(env.port), "zhike.site.wsgi:application"]
    worker = [sys.executable, "-m", "zhike.site.cli", "worker"]
    return [Child("web", web, patience=3.0), Child("worker", worker, patience=30.0)]


def _prepare(env: Environment) -> str | None:
    """Bring the database up to date.

    Returns:
        The code with which an instance that has no user yet is claimed, None for any other.
    """
    from zhike.site import cli, database
    from zhike.site.commands import migrate

    cli.configure()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    place = "DATABASE_URL" if env.database_url else env.home
    say(f"  1/4 数据库 database: PostgreSQL {version}, {place}")
    say(f"  2/4 迁移 migrations: {migrate.apply()}")
    say(f"  3/4 演示公司 demo company: {_ensure_demo(env)}")
    from zhike.identity.actions.first_run import first_run_code
    from zhike.identity.queries import first_run_open

    code = first_run_code() if first_run_open() else None
    database.disconnect()
    return code


def _ensure_demo(env: Environment) -> str:
    if not env.demo or importlib.util.find_spec(DEMO_MODULE) is None:
        return "无 none"
    from django.contrib.auth import get_user_model

    if get_user_model()._base_manager.exists():
        return "已有数据 there is data already"
    importlib.import_module(DEMO_MODULE).ensure()
    return "已建立 made"


def _announce(env: Environment, seconds: float, code: str | None) -> None:
    say(f"\n请打开 Open  {env.address}   ({seconds:.1f} s)")
    if env.demo_accounts.is_file():
        say(f"登录 Sign in ({env.demo_accounts}):")
        for line in env.demo_accounts.read_text(encoding="utf-8").splitlines():
            say(f"    {line}")
    if code:
        say(f"首次启动 First run: {env.address}/first-run/")
        say(f"    启动验证码 code: {code}")
    say("停止 Stop: Ctrl-C\n")


def _require_free_port(env: Environment) -> None:
    from zhike.site.console import CommandError

    family = socket.AF_INET6 if ":" in env.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((env.host, env.port))
        except OSError as error:
            raise CommandError(
                f"端口 {env.port} 不可用，请设置 ZHIKE_PORT (the port cannot be used, set "
                f"ZHIKE_PORT): {error.strerror}"
            ) from error


def _answers(env: Environment) -> bool:
    request = urllib.request.Request(f"{env.address}/healthz")  # noqa: S310 - our own http address
    try:
        with urllib.request.urlopen(request, timeout=1):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True  # it answers; what is wrong, /healthz says
    except OSError:
        return False
