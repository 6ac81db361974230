"""Run a task on an untrusted file in a child process with limits."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .limits import Limits
from .problems import SheetError, refuse

logger = logging.getLogger(__name__)

SOURCE = Path(__file__).resolve().parents[3]
OUT_OF_MEMORY = {3, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGXFSZ}


def run(task: str, request: dict[str, object], limits: Limits) -> Any:
    """The child's result for ``task``; raises SheetError for a refusal or a broken limit."""
    with tempfile.TemporaryDirectory(prefix="zhike-sheet-") as folder:
        answer = Path(folder) / "answer.json"
        call = {**request, "task": task, "limits": asdict(limits), "answer": str(answer)}
        code, errors = start(json.dumps(call), folder, limits)
        if code != 0 or not answer.exists():
            raise explain(code, errors, limits)
        with answer.open(encoding="utf-8") as stream:
            reply = json.load(stream)
    if "refusal" in reply:
        raise refuse(reply["refusal"], **reply["params"])
    return reply["result"]


def start(call: str, folder: str, limits: Limits) -> tuple[int, str]:
    """Exit code and last error output of the child; it gets no secret of our environment."""
    environment = {"PYTHONPATH": str(SOURCE), "PATH": os.defpath, "LANG": "C.UTF-8"}
    request = Path(folder) / "request.json"
    request.write_text(call, encoding="utf-8")
    with (
        request.open("rb") as stdin,
        subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "zhike.exchange.sheets.child"],
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**environment, "TMPDIR": folder},
        ) as child,
    ):
        try:
            _output, errors = child.communicate(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return -signal.SIGXCPU, ""
    return child.returncode, errors.decode("utf-8", "replace")[-2000:]


def explain(code: int, errors: str, limits: Limits) -> SheetError:
    """The error that tells the user why the child gave up."""
    if code == -signal.SIGXCPU:
        return refuse("too_slow", seconds=limits.seconds)
    if code in OUT_OF_MEMORY or "MemoryError" in errors:
        return refuse("too_much_memory")
    logger.error("sheet child failed with code %s: %s", code, errors)
    return refuse("damaged")
