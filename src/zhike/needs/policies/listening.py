"""Words in a note that point to a need or a pain point; lists that people edit (NEED-011).

Nothing here learns or guesses: a sentence is suggested because it contains a term of the lists, and
the suggestion names the term. A term may be a phrase with a gap, ``每次…都``: its parts in this
order within one sentence.
"""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")
GAP = "…"


class TypeTerms(BaseModel):
    """Terms that speak for a type of need."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Annotated[str, Field(max_length=30, title=N_("需求类型"))]
    terms: Annotated[tuple[str, ...], Field(title=N_("识别词"))]


class ListeningFacts(Facts):
    """The text of a note."""

    text: str


class ListeningParams(Params):
    """The word lists.

    Attributes:
        need_words, pain_words: any of them makes a sentence a suggestion; pain goes first;
        never_words: a sentence with one of them is left alone; types: the type with most terms in
        the sentence is proposed, the earlier one where two have as many; shortest: length of a
        sentence; look_back_days: how old a text the sweep still reads.
    """

    need_words: tuple[str, ...] = Field(
        default=(
            "希望", "需要", "想要", "能否", "可否", "建议", "要求", "最好能", "有没有可能", "如果能…就",
        ),
        title=N_("需求词"),
    )  # fmt: skip
    pain_words: tuple[str, ...] = Field(
        default=(
            "抱怨", "不满", "太慢", "太贵", "太高", "不方便", "不稳定", "经常出错", "来不及", "投诉",
            "耽误", "影响生产", "每次…都要",
        ),
        title=N_("痛点词"),
    )  # fmt: skip
    never_words: tuple[str, ...] = Field(
        default=("不需要", "无需", "已解决", "我方希望", "我们希望客户"), title=N_("排除词")
    )
    types: tuple[TypeTerms, ...] = Field(
        default=(
            TypeTerms(type="产品需求", terms=("包装", "规格", "品种", "型号", "样品", "质量")),
            TypeTerms(type="技术需求", terms=("配方", "工艺", "技术支持", "性能", "气味", "稳定性")),
            TypeTerms(type="业务需求", terms=("交期", "到货", "账期", "价格", "发票", "报告", "流程")),
        ),
        title=N_("需求类型识别"),
    )  # fmt: skip
    shortest: int = Field(default=6, ge=2, le=100, title=N_("句子最少字数"))
    most: int = Field(default=3, ge=1, le=20, title=N_("每条记录最多建议数"))
    look_back_days: int = Field(default=3, ge=1, le=60, title=N_("回看天数"))

    def problems(self) -> list[Problem]:
        """Refuse empty lists, terms of one character, and a term in two lists or two types."""
        found = []
        lists = {name: getattr(self, name) for name in ("need_words", "pain_words", "never_words")}
        lists["types"] = tuple(term for one in self.types for term in one.terms)
        for name, words in lists.items():
            found += [
                Problem(name, N_("“{word}”太短，应不少于两个字"), {"word": word})
                for word in words
                if len(word.replace(GAP, "").strip()) < 2
                or not all(map(str.strip, word.split(GAP)))
            ]
        if not self.need_words and not self.pain_words:
            found.append(Problem("need_words", N_("需求词与痛点词不能都为空")))
        both = sorted(set(self.need_words) & set(self.pain_words))
        found += [
            Problem("pain_words", N_("“{word}”同时是需求词和痛点词"), {"word": word})
            for word in both
        ]
        twice = sorted({word for word in lists["types"] if lists["types"].count(word) > 1})
        return found + [
            Problem("types", N_("“{word}”出现在多个需求类型中"), {"word": word}) for word in twice
        ]


class Listening(Policy[ListeningFacts, ListeningParams]):
    """A sentence with a term of the lists becomes a suggestion that a person confirms."""

    id = "needs.listening"
    title = N_("需求与痛点识别词")
    statement = N_(
        "近 {look_back_days} 天的沟通记录、评论与反馈中，含需求词或痛点词的句子列为需求线索并建议需求类型，"
        "由人确认后才成为客户需求；每条记录至多 {most} 条。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-011; KP 需求分析"
    subject = "interactions.interaction"
    icon = "zoom-question"
    Facts = ListeningFacts
    Params = ListeningParams

    def decide(self, facts: ListeningFacts, params: ListeningParams) -> Decision:
        """Return a list of ``{"quote", "kind", "words", "type"}``, in the order of the text."""
        found: list[dict[str, object]] = []
        for match in SENTENCE.finditer(facts.text):
            quote = match.group().strip()
            kind, words = self._heard(quote, params)
            if words and not any(one["quote"] == quote for one in found):
                type_, terms = self._type_of(quote, params)
                words = list(dict.fromkeys([*words, *terms]))
                found.append({"quote": quote, "kind": kind, "words": words, "type": type_})
        found = found[: params.most]
        reasons = tuple(
            Reason(N_("“{quote}”含有：{words}"), True, "",
                   {"quote": one["quote"], "words": "、".join(one["words"])})  # type: ignore[arg-type]
            for one in found
        )  # fmt: skip
        nothing = (Reason(N_("没有一句含有识别词"), holds=False),)
        return Decision(found, reasons or nothing)

    @staticmethod
    def _heard(quote: str, params: ListeningParams) -> tuple[str, Sequence[str]]:
        if len(quote) < params.shortest or hits(quote, params.never_words):
            return "", ()
        pains = hits(quote, params.pain_words)
        if pains:
            return "pain", pains
        return "need", hits(quote, params.need_words)

    @staticmethod
    def _type_of(quote: str, params: ListeningParams) -> tuple[str, Sequence[str]]:
        scored = [(one.type, hits(quote, one.terms)) for one in params.types]
        best = max(scored, key=lambda one: len(one[1]), default=("", []))
        return best if best[1] else ("", [])


def hits(quote: str, terms: Sequence[str]) -> list[str]:
    """Return the terms that stand in a sentence."""
    return [term for term in terms if spans(quote, term)]


def spans(quote: str, term: str) -> list[tuple[int, int]]:
    """Return where the parts of a term stand in a sentence, or nothing."""
    found, at = [], 0
    for part in term.split(GAP):
        start = quote.find(part, at)
        if start < 0:
            return []
        at = start + len(part)
        found.append((start, at))
    return found
