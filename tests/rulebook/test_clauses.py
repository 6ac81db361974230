"""Every clause that ships can be read in English, too."""

import re

import pytest
from django.utils.translation import gettext, override

from zhike.kernel.registry import registry

HANZI = re.compile(r"[\u4e00-\u9fff]+")


@pytest.mark.parametrize("policy_id", sorted(registry.policies))
@pytest.mark.requirement("ORG-029")
def test_a_clause_reads_in_english(policy_id):
    policy = registry.policies[policy_id]
    with override("en"):
        clause = policy.describe(policy.default(), gettext)
    assert HANZI.findall(clause) == []
    assert clause
