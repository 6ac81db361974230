"""The real product as subprocesses: Granian and the worker on a free port, for journey tests."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from zhike.site import environment
from zhike.site.commands import run

START_LIMIT = 60.0


@dataclass(frozen=True)
class Product:
    """A running instance with a database and a data directory of its own."""

    url: str
    database_url: str
    home: Path

    @property
    def variables(self) -> dict[str, str]:
        """Environment in which a command belongs to this instance."""
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "zhike.site.settings",
            "PYTHONPATH": str(Path(__file__).parents[1] / "src"),
            "ZHIKE_HOME": str(self.home),
            "ZHIKE_PORT": self.url.rpartition(":")[2],
        }

    def zhike(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``zhike ARGUMENTS`` against this instance."""
        command = [sys.executable, "-m", "zhike.site.cli", *arguments]
        done = subprocess.run(command, env=self.variables, capture_output=True, text=True)
        if check:
            assert done.returncode == 0, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def python(self, code: str) -> str:
        """Run Python ``code`` with this instance's Django set up; returns what it printed."""
        return self.zhike("shell", "-c", code).stdout


@contextmanager
def running_product(database_url: str, *, demo: bool = False) -> Iterator[Product]:
    """Start web and worker on a free port; with ``demo`` the demo company is made first."""
    home = Path(tempfile.mkdtemp(prefix="zhike-product-"))
    product = Product(f"http://127.0.0.1:{free_port()}", database_url, home)
    env = replace(environment.read(product.variables), home=home)
    children = run.children(env)
    try:
        if demo:
            product.zhike("demo")
        for child in children:
            child.environment = product.variables
            child.start()
        wait_for(product.url)
        yield product
    finally:
        for child in children:
            child.signal(15)
        deadline = time.monotonic() + 5
        while any(child.alive() for child in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in children:
            child.sweep()
            if child.process:
                child.process.wait()
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, limit: float = START_LIMIT) -> None:
    """Wait until ``url`` answers anything at all over HTTP."""
    deadline = time.monotonic() + limit
    while True:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
