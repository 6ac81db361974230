"""Every curl line of the guide, carried out as it stands."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.api.client import Api
from tests.factories import make, make_user

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "api.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^curl .*?(?:[^\\])$", re.DOTALL | re.MULTILINE)


def request_of(command, pk):
    """Method, path, headers and body of a curl command."""
    text = command.replace("\\\n", " ").replace("$ZHIKE", "/api/v1").replace("$ID", str(pk))
    words = iter(shlex.split(text)[1:])
    method, path, headers, body, query = "GET", "", {}, None, []
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            body, method = next(words), "POST" if method == "GET" else method
        elif word == "--data-urlencode":
            query.append(tuple(next(words).split("=", 1)))
        elif not word.startswith("-"):
            path = word
    headers.pop("Authorization")
    headers.pop("Content-Type", None)
    return method, path + ("?" + urlencode(query) if query else ""), headers, body


@pytest.mark.django_db
def test_the_guide_tells_the_truth():
    boss = make_user("boss", grants={("*", "*"): "all"}, unit=make("identity.orgunit"))
    api, pk, ran = Api(boss), 0, []
    for block in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        for command in COMMAND.findall(block):
            method, path, headers, body = request_of(command, pk)
            found = api.call(method, path, body, **headers)
            assert found.status_code < 300, (command, found.content.decode())
            if found.status_code == 201:
                pk = found.json()["id"]
            ran.append((method, path))
    assert len(ran) == 8, ran
