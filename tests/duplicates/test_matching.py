"""Names, keys, scores and rules, without a database."""

import random
from importlib.resources import files

import numpy as np
import pytest
import yaml

from zhike.duplicates.matching import forms, scan
from zhike.duplicates.matching.compare import CustomerComparer, Customers
from zhike.duplicates.policies import CustomerFacts, CustomerLikeness, CustomerParams
from zhike.duplicates.policies.likeness import customer_score
from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import sentence
from zhike.kernel.registry import registry

TRUE_NAME = "无锡恒澈水处理科技有限公司"


def shipped_cases():
    folder = files("zhike.duplicates.policies") / "cases"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for number, case in enumerate(document["cases"]):
            yield pytest.param(document["policy"], case, id=f"{document['policy']}-{number}")


@pytest.mark.requirement("DAT-024", "DAT-026")
@pytest.mark.parametrize(("policy_id", "case"), list(shipped_cases()))
def test_cases(policy_id, case):
    policy = registry.policies[policy_id]
    decision = policy.decide(policy.Facts(**case["facts"]), policy.default())
    assert decision.outcome == case["outcome"], case["because"]
    assert decision.reasons
    assert all(sentence(reason) for reason in decision.reasons)


def columns(*names, **more):
    blank = [""] * len(names)
    given = {k: list(v) for k, v in more.items()}
    return Customers(
        list(names), *(given.get(k, blank) for k in
        ("short_names", "codes", "phones", "emails", "websites", "addresses"))
    )  # fmt: skip


def score_of(one, other, **more):
    both = columns(one, other, **more)
    found = CustomerComparer(both, both, both.vocabulary()).facts(np.array([0]), np.array([1]))
    return float(customer_score(found, CustomerParams())[0])


@pytest.mark.requirement("DAT-023", "DAT-024")
@pytest.mark.parametrize(
    "other",
    [
        "恒澈水处理科技", "無錫恆澈水處理科技股份有限公司", "无锡市恒澈水处理科技集团有限公司",
        "无锡恒澈水处理科技（无锡）有限公司", "无锡恒彻水处理科技有限公司", "无锡恒澈水处　理科技有限公司",
        "无锡恒水澈处理科技有限公司", "江苏恒澈水处理科技有限公司", "无锡恒澈水处理科技有限公司（集团）",
        "无锡恒澈水处理科技股粉有限公司",
    ],
)  # fmt: skip
def test_the_same_company_otherwise_written(other):
    assert score_of(TRUE_NAME, other) >= 0.5
    assert len(scan.all_pairs(columns(TRUE_NAME, other))) == 1


@pytest.mark.requirement("DAT-023")
@pytest.mark.parametrize(
    "other",
    [
        "无锡恒达水处理科技有限公司", "上海恒澈水处理科技有限公司", "无锡科技有限公司",
        "无锡东澜化学科技有限公司", "无锡第二建筑有限公司",
    ],
)  # fmt: skip
def test_another_company(other):
    assert score_of(TRUE_NAME, other) < 0.9


@pytest.mark.requirement("DAT-023")
def test_numbers_in_names_tell_works_apart():
    assert score_of("苏州第一建筑工程有限公司", "苏州第二建筑工程有限公司") < 0.5
    assert score_of("蓝屿12号科技有限公司", "蓝屿13号科技有限公司") < 0.5


@pytest.mark.requirement("DAT-024")
def test_contacts_in_any_writing():
    assert forms.phone_form("0510-8555 1111") == forms.phone_form("+86 510 85551111")
    assert forms.phone_form("11111111") == ""
    assert forms.domain_form("https://www.hengche.com.cn/about") == "hengche.com.cn"
    assert forms.domain_form("info@hengche.com.cn") == "hengche.com.cn"
    assert forms.domain_form("someone@qq.com") == ""
    assert forms.house_form("无锡市惠山区洛社镇中兴路18号3号楼") == "中兴路18"
    assert score_of("甲乙丙丁公司", "子丑寅卯公司", codes=("91320206MA1MQ0K26T",) * 2) == 1.0


@pytest.mark.requirement("DAT-024")
def test_one_pair_and_many_are_scored_alike():
    dice = np.random.default_rng(3)
    facts = [
        CustomerFacts(**dict(zip(CustomerFacts.model_fields, row, strict=True)))
        for row in dice.random((50, len(CustomerFacts.model_fields))).round(2)
    ]

    class Many:
        pass

    for name in CustomerFacts.model_fields:
        setattr(Many, name, np.array([getattr(f, name) for f in facts]))
    together = customer_score(Many, CustomerParams())
    alone = [float(customer_score(f, CustomerParams())) for f in facts]
    assert np.allclose(together, alone)
    with pytest.raises(BadParams):
        CustomerLikeness().parse({"certain": 0.4, "likely": 0.6})


def anybody(count: int, seed: int) -> Customers:
    """Return customers whose names, short names and contacts nearly agree, now and then."""
    draw = random.Random(seed)
    columns: list[list[str]] = [[] for _field in range(7)]
    for _row in range(count):
        core = "".join(draw.choices("恒铭达名明瑞鑫新科技材料电子蓝屿", k=draw.randint(1, 6)))
        place = draw.choice(["", "苏州", "无锡", "江苏省"])
        name = place + core + draw.choice(["", "有限公司", "集团", "第二建筑公司"])
        rest = (
            draw.choice(["", core[:2]]), "", draw.choice(["", "051262345678", "13912345678"]),
            draw.choice(["", "a@hengmingda.cn"]), draw.choice(["", "hengmingda.cn", "other.cn"]),
            draw.choice(["", "苏州市吴中区兴路18号", "无锡市惠山区中兴路3号"]),
        )  # fmt: skip
        for column, value in zip(columns, (name, *rest), strict=True):
            column.append(value)
    return Customers(*columns)


@pytest.mark.requirement("DAT-024")
@pytest.mark.parametrize("least", [0.3, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("params", [{}, {"base": -6, "replaced": -1}, {"base": 0, "phone": 9}])
def test_pairs_without_hope_are_those_that_would_not_be_found(params, least):
    weights, one, other = CustomerParams(**params), anybody(60, 1), anybody(70, 2)
    i, j = (axis.ravel() for axis in np.indices((60, 70)))
    compare = CustomerComparer(one, other, one.vocabulary())
    whole = customer_score(compare.facts(i, j), weights)
    asked = []

    def hopeful(best):
        asked.append(customer_score(best, weights) >= least)
        return asked[0]

    found = customer_score(compare.facts(i, j, hopeful), weights)
    assert np.array_equal(found >= least, whole >= least)
    assert np.allclose(found[whole >= least], whole[whole >= least], atol=1e-4)
    assert (whole >= least).any()
    assert params or not asked[0].all(), "something is left out"
