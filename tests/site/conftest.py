"""Helpers of the runtime's tests: short data directories and embedded servers that go away."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import FAST
from zhike.site.postgres import EmbeddedPostgres


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory that the database's system user can pass through."""
    path = Path(tempfile.mkdtemp(prefix="zhike-home-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedPostgres]:
    """An embedded server for the tests of one file."""
    path = Path(tempfile.mkdtemp(prefix="zhike-home-"))
    path.chmod(0o711)
    embedded = EmbeddedPostgres(path, settings=FAST)
    yield embedded
    embedded.destroy()
    shutil.rmtree(path)


@pytest.fixture
def server(cluster: EmbeddedPostgres) -> EmbeddedPostgres:
    """That server, running, whatever the test before did to it."""
    cluster.start()
    return cluster
