"""When two records are probably one: evidence weighed as log-odds, for one pair or for arrays.

The weights of names, domains and addresses were fitted on one half of a set of real company names
with generated faults; those of telephone, e-mail and papers are set by judgement.
"""

from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

CERTAIN, LIKELY, NO = "certain", "likely", "no"
P = TypeVar("P", "CustomerParams", "PersonParams")


class CustomerFacts(Facts):
    """How two customers agree, each 0…1; ``*_differs`` says that both are known and unlike.

    Attributes:
        name: share of the weight of both names; contained: of the shorter name; weight: how telling
        the shorter name is; replaced: telling weight that stands for something else in the other
        name; code, phone, email, domain: 1 = equal; address: 1 = the same building.
    """

    name: float = 0
    contained: float = 0
    weight: float = 0
    replaced: float = 0
    code: float = 0
    code_differs: float = 0
    place_differs: float = 0
    number_differs: float = 0
    phone: float = 0
    email: float = 0
    domain: float = 0
    domain_differs: float = 0
    address: float = 0
    address_differs: float = 0


class PersonFacts(Facts):
    """How two persons agree: 1 the same, -1 different, 0 unknown; ``name`` is 0…1."""

    name: float = 0
    mobile: float = 0
    email: float = 0
    wecom: float = 0
    papers: float = 0
    birthday: float = 0
    customer: float = 0
    address: float = 0


class CustomerParams(Params):
    """Weights in log-odds and the two lines.

    Attributes:
        certain, likely: from which probability a pair counts as high confidence, or for judgement;
        name, close_name (above 0.8), contained, weight …: added for full agreement; replaced and
        *_differs are negative and added likewise; by_phone, by_email, by_domain, by_address: the
        probability by this agreement alone, whatever the names; different_code: no pair with two
        credit codes is more probable than this.
    """

    certain: float = Field(title=N_("高置信的概率"), default=0.90, gt=0, lt=1)
    likely: float = Field(title=N_("由人判断的概率"), default=0.50, gt=0, lt=1)
    base: float = Field(title=N_("起始分"), default=-20, le=0)
    name: float = Field(title=N_("名称全同的分"), default=13, ge=0)
    close_name: float = Field(title=N_("名称相近的分"), default=15, ge=0)
    contained: float = Field(title=N_("名称包含的分"), default=7.5, ge=0)
    weight: float = Field(title=N_("字词权重系数"), default=0.75, ge=0)
    replaced: float = Field(title=N_("字词不同的扣分"), default=-6, le=0)
    place_differs: float = Field(title=N_("地区不同的扣分"), default=-5, le=0)
    number_differs: float = Field(title=N_("编号不同的扣分"), default=-15, le=0)
    phone: float = Field(title=N_("电话相同的分"), default=4, ge=0)
    email: float = Field(title=N_("邮箱相同的分"), default=4.5, ge=0)
    domain: float = Field(title=N_("域名相同的分"), default=4.5, ge=0)
    domain_differs: float = Field(title=N_("域名不同的扣分"), default=-3, le=0)
    address: float = Field(title=N_("地址相同的分"), default=4.5, ge=0)
    address_differs: float = Field(title=N_("地址不同的扣分"), default=-3, le=0)
    by_phone: float = Field(title=N_("仅电话相同的最低概率"), default=0.40, ge=0, lt=1)
    by_email: float = Field(title=N_("仅邮箱相同的最低概率"), default=0.45, ge=0, lt=1)
    by_domain: float = Field(title=N_("仅域名相同的最低概率"), default=0.35, ge=0, lt=1)
    by_address: float = Field(title=N_("仅地址相同的最低概率"), default=0.20, ge=0, lt=1)
    different_code: float = Field(title=N_("信用代码不同的最高概率"), default=0.45, ge=0, lt=1)

    def problems(self) -> list[Problem]:
        """Refuse lines that cross."""
        return _crossed(self.certain, self.likely)


class PersonParams(Params):
    """Weights in log-odds: added for agreement, half of them taken away for a difference."""

    certain: float = Field(title=N_("高置信的概率"), default=0.90, gt=0, lt=1)
    likely: float = Field(title=N_("由人判断的概率"), default=0.50, gt=0, lt=1)
    base: float = Field(title=N_("起始分"), default=-12, le=0)
    name: float = Field(title=N_("姓名相同的分"), default=8, ge=0)
    mobile: float = Field(title=N_("手机相同的分"), default=8, ge=0)
    email: float = Field(title=N_("邮箱相同的分"), default=6, ge=0)
    wecom: float = Field(title=N_("企业微信相同的分"), default=7, ge=0)
    papers: float = Field(title=N_("证件相同的分"), default=9, ge=0)
    birthday: float = Field(title=N_("生日相同的分"), default=4, ge=0)
    customer: float = Field(title=N_("单位相同的分"), default=4, ge=0)
    address: float = Field(title=N_("地址相同的分"), default=5, ge=0)

    def problems(self) -> list[Problem]:
        """Refuse lines that cross."""
        return _crossed(self.certain, self.likely)


def _crossed(certain: float, likely: float) -> list[Problem]:
    if certain >= likely:
        return []
    return [Problem("certain", N_("不应低于“需判断”的 {likely}"), {"likely": likely})]


def customer_score(f: Any, p: CustomerParams) -> Any:
    """Return the probability that two customers are one.

    Args:
        f: CustomerFacts, or any object with the same names holding arrays of one length.
    """
    points = (
        p.base + p.name * f.name + p.close_name * np.maximum(f.name - 0.8, 0)
        + p.contained * f.contained + p.weight * np.minimum(f.weight, 3)
        + p.replaced * f.replaced
        + p.place_differs * f.place_differs + p.number_differs * f.number_differs
        + p.phone * f.phone + p.email * f.email
        + p.domain * f.domain + p.domain_differs * f.domain_differs
        + p.address * f.address + p.address_differs * f.address_differs
    )  # fmt: skip
    by_name = 1 / (1 + np.exp(-np.clip(points, -30, 30)))
    alone = 1 - (1 - p.by_phone * f.phone) * (1 - p.by_email * f.email) * (
        1 - p.by_domain * f.domain
    ) * (1 - p.by_address * f.address)
    score = np.maximum(by_name, alone)
    score = np.where(f.code_differs > 0, np.minimum(score, p.different_code), score)
    return np.where(f.code > 0, 1.0, np.minimum(score, 0.99))


def person_points(f: Any, p: PersonParams) -> Any:
    """Return the log-odds that two persons are one; arguments as ``customer_score``."""
    points = p.base + p.name * f.name
    for field in ("mobile", "email", "wecom", "papers", "birthday", "customer", "address"):
        value = getattr(f, field)
        points = points + getattr(p, field) * np.where(value > 0, value, value / 2)
    return points


def person_score(f: Any, p: PersonParams) -> Any:
    """Return the probability that two persons are one; arguments as ``customer_score``."""
    score = 1 / (1 + np.exp(-np.clip(person_points(f, p), -30, 30)))
    return np.where((f.papers >= 1) & (f.name > 0.5), 1.0, np.minimum(score, 0.99))


def level(score: float, params: "CustomerParams | PersonParams") -> str:
    """Return certain, likely or no."""
    return CERTAIN if score >= params.certain else LIKELY if score >= params.likely else NO


CUSTOMER_EVIDENCE = {
    "code": N_("信用代码一致"), "phone": N_("电话一致"), "email": N_("邮箱一致"),
    "domain": N_("域名一致"), "address": N_("地址一致"),
}  # fmt: skip
CUSTOMER_DOUBTS = {
    "code_differs": N_("信用代码不同"), "place_differs": N_("名称中的地区不同"),
    "domain_differs": N_("域名不同"),
    "address_differs": N_("地址不同"), "number_differs": N_("名称中的序号不同"),
}  # fmt: skip
PERSON_EVIDENCE = {
    "papers": N_("证件一致"), "mobile": N_("手机一致"), "email": N_("邮箱一致"),
    "wecom": N_("企业微信一致"), "birthday": N_("生日一致"), "customer": N_("同一单位"),
    "address": N_("地址一致"),
}  # fmt: skip
SAME_NAME, CLOSE_NAME, SHORT_NAME = N_("名称一致"), N_("名称拼音相近"), N_("名称包含")
SAME_PERSON, CLOSE_PERSON = N_("姓名一致"), N_("姓名相近")


def customer_evidence(facts: CustomerFacts) -> list[str]:
    """Return what speaks for one customer, the strongest first, as message ids."""
    found = [text for name, text in CUSTOMER_EVIDENCE.items() if getattr(facts, name) >= 1]
    if facts.name > 0.995:
        found.insert(1 if facts.code else 0, SAME_NAME)
    elif facts.contained > 0.99:
        found.append(SHORT_NAME)
    elif facts.name > 0.8:
        found.append(CLOSE_NAME)
    return found


def person_evidence(facts: PersonFacts) -> list[str]:
    """Return what speaks for one person, as message ids."""
    found = [text for name, text in PERSON_EVIDENCE.items() if getattr(facts, name) >= 1]
    if facts.name > 0.6:
        found.append(SAME_PERSON if facts.name > 0.995 else CLOSE_PERSON)
    return found


class CustomerLikeness(Policy[CustomerFacts, CustomerParams]):
    """DAT-023, DAT-024: names without legal form and place, and how to reach the customer."""

    id = "duplicates.customer_likeness"
    title = N_("疑似重复客户的认定")
    statement = N_(
        "名称先统一（全角半角、简体繁体、公司后缀、地区前缀、同音字），再与信用代码、电话、邮箱、域名、地址一起评分；"
        "概率达到 {certain} 为高置信，达到 {likely} 由人判断。"
        "信用代码相同必为重复，不同则不超过 {different_code}。"
    )
    owner_role = "crm_supervisor"
    source = "DAT-023, DAT-024"
    subject = "customers.customer"
    icon = "git-merge"
    Facts, Params = CustomerFacts, CustomerParams

    def decide(self, facts: CustomerFacts, params: CustomerParams) -> Decision:
        """Return certain, likely or no, with the evidence for and against."""
        score = float(customer_score(facts, params))
        reasons = [Reason(text, True) for text in customer_evidence(facts)]
        reasons += [
            Reason(text, False) for name, text in CUSTOMER_DOUBTS.items() if getattr(facts, name)
        ]
        line = Reason(N_("匹配概率"), score >= params.likely, f"{score:.0%}")
        return Decision(level(score, params), (*reasons, line))


class PersonLikeness(Policy[PersonFacts, PersonParams]):
    """DAT-024: name, mobile, e-mail, papers and company."""

    id = "duplicates.person_likeness"
    title = N_("疑似重复联系人的认定")
    statement = N_(
        "按姓名、手机、邮箱、企业微信、证件、生日和单位评分；概率达到 {certain} 为高置信，达到 {likely} 由人判断。"
    )
    owner_role = "crm_supervisor"
    source = "DAT-024"
    subject = "customers.person"
    icon = "git-merge"
    Facts, Params = PersonFacts, PersonParams

    def decide(self, facts: PersonFacts, params: PersonParams) -> Decision:
        """Return certain, likely or no, with the evidence."""
        score = float(person_score(facts, params))
        reasons = [Reason(text, True) for text in person_evidence(facts)]
        line = Reason(N_("匹配概率"), score >= params.likely, f"{score:.0%}")
        return Decision(level(score, params), (*reasons, line))
