"""``docs/how-to/add-an-entity.md`` is executed: an entity takes 4 files, a field 2."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import how_to

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-an-entity.md"
USE = """
from datetime import date
from django.test import Client
from zhike.customers.models import Customer
from zhike.identity.actions.passwords import one_time_password, set_password
from zhike.identity.actions.people import create_user
from zhike.identity.actions.roles import assign_role
from zhike.identity.models import Role, User
from zhike.kernel.actions import create_record
from zhike.kernel.actor import SYSTEM
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.sales.models import Sample
from zhike.trust.actions import issue_token
from zhike.trust.models import Grant
from zhike.trust.queries import actor_for

system = SYSTEM(reason="how-to")
user = create_user(User, {"username": "tester", "display_name": "测试员"}, by=system)
role = create_record(Role, {"code": "samples", "name": "样品员"}, by=system)
given = (("sales.sample", "view create change export"), ("customers.customer", "view"))
for resource, verbs in given:
    for verb in verbs.split():
        Grant(role=role, resource=resource, verb=verb, reach="all",
              created_at=user.created_at, updated_at=user.created_at).save()
assign_role(user, role, by=system)
user.refresh_from_db()
set_password(user, one_time_password(), by=system)
by = actor_for(User.unscoped.get(pk=user.pk))
customer = create_record(Customer, {"name": "南京澄岳化工有限公司"}, by=system)
made = create_record(
    Sample, {"customer": customer.pk, "product": "丙烯酸丁酯", "sent_on": "2026-03-04"}, by=by
)
listed = Listing(registry.resource(Sample), by, {}).page_rows
assert [row["id"] for row in listed] == [made.pk], listed
assert Sample.pgh_event_model.objects.filter(pgh_obj_id=made.pk).count() == 1
_row, token = issue_token(user, "how-to", by=system)
client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", SERVER_NAME="localhost")
answer = client.get("/api/v1/sales/sample/")
assert answer.status_code == 200, answer.content
assert answer.json()["items"][0]["id"] == made.pk
assert Client(SERVER_NAME="localhost").get("/api/v1/sales/sample/").status_code == 401
print("fields", *(f.name for f in Sample._meta.fields if f.editable))
"""


def files(root: Path) -> dict[str, bytes]:
    """Return the content of all source and documentation files of a tree."""
    wanted = (p for folder in ("src", "docs") for p in (root / folder).rglob("*") if p.is_file())
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in wanted
        if p.suffix in {".py", ".md", ".yaml", ".html"} and "node_modules" not in p.parts
    }


class Copy:
    """A copy of the sources with a database of its own."""

    def __init__(self, root: Path, url: str) -> None:
        self.root, self.url = root, url
        skip = shutil.ignore_patterns("node_modules", "__pycache__", "static")
        for folder in ("src", "docs"):
            shutil.copytree(ROOT / folder, root / folder, ignore=skip)

    def zhike(self, *arguments: str) -> str:
        """Run a command of the copy; returns what it printed."""
        env = {
            **os.environ,
            "PYTHONPATH": str(self.root / "src"),
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "zhike.site.settings",
            "ZHIKE_HOME": str(self.root / "home"),
        }
        command = [sys.executable, "-m", "zhike.site.cli", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def follow(self, steps: list[how_to.Step]) -> set[str]:
        """Carry steps out; returns the files that changed."""
        before = files(self.root)
        for step in steps:
            if step.verb == "run":
                _program, *arguments = shlex.split(step.text)
                self.zhike(*arguments)
            else:
                how_to.apply(step, self.root)
        after = files(self.root)
        return {name for name in after if before.get(name) != after[name]}


def test_an_entity_takes_four_files_and_a_field_two(tmp_path, test_databases):
    url = test_databases.clone("how_to")
    steps = list(how_to.steps(PAGE))
    cut = next(n for n, step in enumerate(steps) if step.verb == "replace")
    copy = Copy(tmp_path, url)
    try:
        entity = copy.follow(steps[:cut])
        assert sorted(entity) == [
            "docs/glossary.md",
            *sorted(n for n in entity if n.startswith("src/zhike/sales/migrations/")),
            "src/zhike/sales/models.py",
            "src/zhike/sales/resources.py",
        ]
        assert len(entity) == 4
        field = copy.follow(steps[cut:])
        assert len(field) == 2, field
        copy.zhike("migrate")
        assert "quality" in copy.zhike("shell", "-c", USE).split()
    finally:
        test_databases.drop("how_to")


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "how-to").glob("*.md")), ids=lambda p: p.stem
)
def test_pages_show_python_that_parses(page):
    import ast
    import re

    for block in re.findall(
        r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        ast.parse(block)
