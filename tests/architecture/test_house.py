"""The house is kept, and each check of it catches a planted violation."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import house

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "check",
    [
        house.writes_outside_actions,
        house.unscoped_reads,
        house.signals_outside_kernel,
        house.private_rooms,
        house.rows_in_templates,
        house.long_files,
        house.missing_readmes,
    ],
)
def test_the_house_is_kept(check):
    assert check() == []


PLANTED = {
    house.writes_outside_actions: ("web/views/bad.py", "def f(row):\n    row.save()\n"),
    house.unscoped_reads: ("web/views/bad.py", "def f(model):\n    return model.unscoped.all()\n"),
    house.signals_outside_kernel: (
        "sales/bad.py",
        "from django.db.models.signals import post_save\n",
    ),
    house.private_rooms: ("sales/actions.py", "from zhike.customers.policies import Grade\n"),
    house.rows_in_templates: ("web/templates/bad.html", "{{ customer.order_set }}\n"),
    house.long_files: ("sales/bad.py", "x = 1\n" * 601),
    house.missing_readmes: ("sales/__init__.py", ""),
}


@pytest.mark.parametrize("check", PLANTED)
def test_a_planted_violation_is_caught(check, tmp_path):
    name, text = PLANTED[check]
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert check(tmp_path), f"{check.__name__} found nothing in {name}"


def test_queryset_update_is_a_write_and_dict_update_is_none(tmp_path):
    bad = tmp_path / "sales" / "handlers.py"
    bad.parent.mkdir()
    bad.write_text("def f(rows, d):\n    rows.update(status='x')\n    d.update({'a': 1})\n")
    assert house.writes_outside_actions(tmp_path) == ["sales/handlers.py:2: .update()"]


def test_the_kernel_stays_small():
    assert 1_000 < house.lines_of_code(house.SOURCE / "kernel") < house.LARGEST_KERNEL


def test_counting_leaves_out_comments_docstrings_and_blank_lines(tmp_path):
    (tmp_path / "a.py").write_text(
        '"""Doc."""\n\n# why\nx = 1\n\n\ndef f():\n    """Doc."""\n    return 2\n'
    )
    assert house.lines_of_code(tmp_path) == 3


CONTRACTS = {
    "Storeys": ("kernel/planted.py", "import zhike.sales.models\n"),
    "Rooms inside a package": ("sales/events.py", "\nimport zhike.sales.models\n"),
    "Delivery never touches rows": ("web/planted.py", "import zhike.customers.models\n"),
    "Rules are pure": ("interactions/policies/inquiry_time.py", "import django.utils.timezone\n"),
}


def lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--config", ROOT / "pyproject.toml", "--no-cache"],
        env={**os.environ, "PYTHONPATH": str(source)},
        cwd=source.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_import_contracts_are_kept():
    result = lint_imports(ROOT / "src")
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.fixture(scope="module")
def planted_report(tmp_path_factory):
    source = tmp_path_factory.mktemp("planted") / "src"
    shutil.copytree(
        ROOT / "src",
        source,
        ignore=shutil.ignore_patterns("node_modules", "static", "__pycache__"),
    )
    for name, text in CONTRACTS.values():
        with (source / "zhike" / name).open("a", encoding="utf-8") as file:
            file.write(text)
    result = lint_imports(source)
    assert result.returncode == 1
    return result.stdout


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_import_breaks_its_contract(contract, planted_report):
    broken = [line for line in planted_report.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), planted_report[:2000]
