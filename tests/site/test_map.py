"""``zhike map`` prints what is declared and finds roads that end nowhere."""

import argparse
import json
import sys
import types
from pathlib import Path

import pytest

from zhike.kernel.actions import Action
from zhike.kernel.registry import Registry
from zhike.kernel.registry import registry as real
from zhike.site import cartography
from zhike.site.commands import map as command


@pytest.fixture(scope="module")
def used():
    return cartography.usage()


def test_the_product_has_no_dead_end(used):
    assert [str(end) for end in cartography.dead_ends(real, used)] == []


def test_the_map_names_everything(capsys):
    command.run(argparse.Namespace(json=True))
    drawn = json.loads(capsys.readouterr().out)
    assert set(drawn["resources"]) == set(real.resources)
    assert set(drawn["actions"]) == set(real.actions)
    assert set(drawn["events"]) == set(real.events)


def planted(kind: str, name: str, thing: object) -> Registry:
    made = Registry()
    getattr(made, kind)[name] = thing
    return made


class Hangs:
    """A model-like thing that hangs on nothing."""

    class _meta:  # noqa: N801
        fields = ()

    @staticmethod
    def key() -> str:
        return "sales.ghost"


DEAD = {
    "resource": (
        "resources",
        types.SimpleNamespace(group="", model=Hangs, title="幽灵", actions=[]),
    ),
    "action": ("actions", Action("sales.haunt", lambda row, *, by: row, Hangs, "change", "x")),
    "policy": ("policies", type("GhostPolicyNobodyUses", (), {"title": "幽灵"})()),
    "event": ("events", type("GhostEventNobodyEmits", (), {"title": "幽灵", "subject": ""})),
    "handler": ("handlers", [lambda event: None]),
    "metric": (
        "metrics",
        types.SimpleNamespace(title="幽灵", unit="count", expression=lambda: None),
    ),
}


@pytest.mark.parametrize("kind", DEAD)
def test_a_planted_dead_end_is_found(kind, used):
    shelf, thing = DEAD[kind]
    found = cartography.dead_ends(planted(shelf, "sales.ghost", thing), used)
    assert [end.kind for end in found] == [kind]


def test_the_command_fails_on_a_dead_end(monkeypatch, capsys):
    shelf, thing = DEAD["event"]
    monkeypatch.setattr("zhike.kernel.registry.registry", planted(shelf, "sales.ghost", thing))
    assert command.run(argparse.Namespace(json=False)) == 1
    assert "sales.ghost" in capsys.readouterr().out


def test_reacting_to_an_event_is_not_emitting_it(tmp_path: Path):
    package = tmp_path / "sales"
    package.mkdir()
    (package / "events.py").write_text("class OrderLost: ...\n")
    (package / "handlers.py").write_text(
        "@on(OrderLost)\ndef mourn(event: OrderLost) -> None:\n    print(event)\n"
    )
    event = type("OrderLost", (), {"title": "", "subject": ""})
    made = planted("events", "sales.order_lost", event)
    assert cartography.dead_ends(made, cartography.usage(tmp_path))
    (package / "actions.py").write_text("emit(OrderLost(1), by=by)\n")
    assert not cartography.dead_ends(made, cartography.usage(tmp_path))


def test_it_needs_no_database():
    assert command.NEEDS == "django"
    assert "psycopg" not in Path(sys.modules[cartography.__name__].__file__).read_text()
