"""The OpenAPI document against the running API: every answer documented, none a 5xx."""

import re
from collections import Counter

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from tests.api.client import Api
from tests.factories import make, make_user
from zhike.api import document, schemas, values
from zhike.api.operations import operations
from zhike.kernel.registry import registry

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
SALES = {
    (key, verb): "own"
    for key in ("customers.customer", "customers.person", "sales.order", "interactions.todo")
    for verb in ("view", "create", "change", "archive")
}


def in_process(environ, start_response):
    """The product as a WSGI application that leaves no connection open in schemathesis' thread."""
    from zhike.site.wsgi import application

    response = application(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        response.close()


def run(user, settings, *, phases, operations_named=None):
    """Send what schemathesis thinks of as this person; return the failures and the count."""
    settings.API_REQUESTS_PER_MINUTE = 10**9
    settings.ALLOWED_HOSTS = ["*"]
    off = {name: {"enabled": False} for name in ("examples", "coverage", "fuzzing", "stateful")}
    config = SchemathesisConfig.from_dict(
        {
            "headers": Api(user).headers,
            "phases": {**off, **{name: {"enabled": True} for name in phases}},
            "generation": {"deterministic": True, "max-examples": 3, "no-shrink": True},
            "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", in_process, config=config)
    if operations_named:
        schema = schema.include(operation_id=operations_named)
    failures, counted = [], Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            for key, exchange in recorder.interactions.items():
                if exchange.response is not None:
                    counted[exchange.response.status_code] += 1
                for check in recorder.checks.get(key, []):
                    if check.status == Status.FAILURE:
                        failures.append((recorder.label, check.name, str(check.failure_info)[:600]))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append((getattr(event, "label", ""), "error", str(event)[:600]))
    return failures, counted


@pytest.mark.django_db(transaction=True)
def test_a_sales_person_meets_no_5xx_and_nothing_undocumented(settings):
    ann = make_user("ann", grants=SALES, unit=make("identity.orgunit"))
    make("sales.order", owner=ann)
    make("interactions.todo", owner=ann)
    named = [o.name for o in operations() if o.resource is None or o.resource.key == "sales.order"]
    failures, counted = run(ann, settings, phases=["coverage", "fuzzing"], operations_named=named)
    assert failures == [], counted
    assert counted[200] + counted[201] > 10, counted


@pytest.mark.django_db(transaction=True)
def test_an_administrator_meets_no_5xx_and_nothing_undocumented(settings):
    boss = make_user("boss", grants={("*", "*"): "all"}, unit=make("identity.orgunit"))
    make("customers.affiliation")
    failures, counted = run(boss, settings, phases=["fuzzing"])
    assert failures == [], counted
    assert sum(counted.values()) > 300, counted


def test_every_operation_is_described():
    described = document.openapi()
    for one in operations():
        found = described["paths"][f"/{one.path}"][one.method.lower()]
        assert found["operationId"] == one.name
        assert "401" in found["responses"]
        if one.method in {"POST", "PATCH"}:
            assert "422" in found["responses"]
            assert "requestBody" in found
    names = [o["operationId"] for p in described["paths"].values() for o in p.values()]
    assert len(names) == len(set(names))
    assert document.openapi() == described


def words(part, *, key=""):
    """Yield every text of the document but the examples."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from words(value, key=name)
    elif isinstance(part, list) and key != "examples":
        for value in part:
            yield from words(value)
    elif isinstance(part, str) and key != "example":
        yield part


def test_the_document_speaks_english_too():
    english = list(words(document.openapi("en")))
    assert any(text.startswith("Generated from the resources") for text in english)
    assert [text for text in english if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_every_example_is_taken_by_its_kind():
    for resource in registry.resources.values():
        for name, f in values.writable_fields(resource).items():
            example = schemas.example_of(f)
            if example is not None and hasattr(f, "clean_value") and not f.is_relation:
                f.clean_value(example)
            assert "title" in schemas.member(f), name


def test_the_document_is_public_and_json(client):
    found = client.get("/api/v1/openapi.json")
    assert (found.status_code, found["Content-Type"]) == (200, "application/json")
    assert found.json()["openapi"] == "3.1.0"
    assert client.post("/api/v1/openapi.json").status_code == 405
