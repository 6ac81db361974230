"""The tutorial runs as written: three real data sets in, graded, today's list out."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "tutorial" / "run.py"
LIMIT = os.environ.get("ZHIKE_TUTORIAL_LIMIT", "3000")


@pytest.mark.requirement("DAT-022", "SEG-028", "SEG-029", "COM-005")
def test_the_tutorial_runs(test_databases, tmp_path, capsys):
    url = test_databases.clone("tutorial")
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "PYTHONPATH": str(ROOT / "src"),
        "ZHIKE_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "zhike.site.settings",
    }
    command = [sys.executable, str(SCRIPT), "--limit", LIMIT]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    finally:
        test_databases.drop("tutorial")
    if done.returncode == 3:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    with capsys.disabled():
        sys.stdout.write(done.stdout)
    graded = re.findall(r"vip ([\d,]+)  gold ([\d,]+)  silver ([\d,]+)", done.stdout)
    assert len(graded) == 2, "one distribution in BRL, one in GBP"
    for distribution in graded:
        assert all(int(number.replace(",", "")) > 0 for number in distribution)
    todos = [int(n.replace(",", "")) for n in re.findall(r"to-dos: ([\d,]+)", done.stdout)]
    assert todos[0] > 0
    dirty = next(line for line in done.stdout.splitlines() if "companies_dirty.csv" in line)
    bad, warned = (int(re.search(rf"{word} ([\d,]+)", dirty)[1]) for word in ("error", "warned"))
    assert warned + bad > 0, "look-alikes or bad rows are told"
