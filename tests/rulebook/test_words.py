"""Forms of rules speak to people: every parameter and every code that ships has a word."""

import re

import pytest

from zhike.kernel.registry import registry
from zhike.rulebook.queries import schema
from zhike.rulebook.queries.offers import offered
from zhike.rulebook.queries.words import CODES

HANZI = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z][a-z_.]+")
pytestmark = pytest.mark.requirement("SEG-028")


def unnamed(node, path):
    """Return the paths of the parameters whose title is only their name in the code."""
    own = [] if node.name in {"", "item", "value"} or HANZI.search(str(node.title)) else [path]
    below = [*node.children, *([node.item] if node.item else [])]
    return own + [found for one in below for found in unnamed(one, f"{path}.{one.name}")]


def bare(node, value, path):
    """Return the codes that a reader would see as such."""
    found = []
    known = {**CODES, **dict(offered(node.offers)), **dict(node.choices)}
    if node.kind == "mapping":
        found += [f"{path}: {key}" for key in value or {} if not known.get(key, "")]
        found += [one for v in (value or {}).values() for one in bare(node.item, v, path)]
    elif node.kind == "group":
        for child in node.children:
            found += bare(child, (value or {}).get(child.name), f"{path}.{child.name}")
    elif node.kind in {"rows", "values"}:
        for one in value or ():
            if node.kind == "values" and node.item.kind == "text" and CODE.fullmatch(str(one)):
                found += [] if str(one) in dict(offered(node.offers)) else [f"{path}: {one}"]
            else:
                found += bare(node.item, one, path)
    elif node.kind == "choice" and value is not None:
        text = known.get(str(value), "")
        found += [f"{path}: {value}"] if CODE.fullmatch(text) else []
    return found


@pytest.mark.parametrize("policy_id", sorted(registry.policies))
def test_every_parameter_has_a_title(policy_id):
    assert unnamed(schema.tree(registry.policies[policy_id].Params), policy_id) == []


@pytest.mark.django_db
@pytest.mark.parametrize("policy_id", sorted(registry.policies))
def test_every_code_that_ships_is_shown_in_words(policy_id):
    policy = registry.policies[policy_id]
    tree = schema.tree(policy.Params)
    assert bare(tree, policy.default().model_dump(mode="json"), policy_id) == []
