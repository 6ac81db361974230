"""Words in a note that point to a need or a pain point; a list that people edit (NEED-011).

Nothing here learns or guesses: a sentence is suggested because it contains a word of the list, and
the suggestion names the word.
"""

import re
from collections.abc import Sequence

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")


class ListeningFacts(Facts):
    """The text of a note."""

    text: str


class ListeningParams(Params):
    """The word lists.

    Attributes:
        need_words, pain_words: any of them makes a sentence a suggestion; pain goes first;
        never_words: a sentence with one of them is left alone; shortest: length of a sentence.
    """

    need_words: tuple[str, ...] = Field(
        default=("希望", "需要", "想要", "能否", "可否", "建议", "要求", "最好能", "有没有可能"),
        title=N_("需求词"),
    )
    pain_words: tuple[str, ...] = Field(
        default=(
            "抱怨", "不满", "太慢", "太贵", "太高", "不方便", "不稳定", "经常出错", "来不及", "投诉",
            "耽误", "影响生产",
        ),
        title=N_("痛点词"),
    )  # fmt: skip
    never_words: tuple[str, ...] = Field(
        default=("不需要", "无需", "已解决", "我方希望", "我们希望客户"), title=N_("排除词")
    )
    shortest: int = Field(default=6, ge=2, le=100, title=N_("句子最少字数"))
    most: int = Field(default=3, ge=1, le=20, title=N_("每条记录最多建议数"))

    def problems(self) -> list[Problem]:
        """Refuse empty lists, words of one character, and a word in two lists."""
        found = []
        for name in ("need_words", "pain_words", "never_words"):
            found += [
                Problem(name, N_("“{word}”太短，应不少于两个字"), {"word": word})
                for word in getattr(self, name)
                if len(word.strip()) < 2
            ]
        if not self.need_words and not self.pain_words:
            found.append(Problem("need_words", N_("需求词与痛点词不能都为空")))
        both = sorted(set(self.need_words) & set(self.pain_words))
        return found + [
            Problem("pain_words", N_("“{word}”同时是需求词和痛点词"), {"word": word})
            for word in both
        ]


class Listening(Policy[ListeningFacts, ListeningParams]):
    """A sentence with a word of the list becomes a suggestion that a person confirms."""

    id = "needs.listening"
    title = N_("需求与痛点识别词")
    statement = N_(
        "沟通记录中含需求词或痛点词的句子列为需求线索，由人确认后才成为客户需求；每条记录至多 {most} 条。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-011; KP 需求分析"
    subject = "interactions.interaction"
    icon = "zoom-question"
    Facts = ListeningFacts
    Params = ListeningParams

    def decide(self, facts: ListeningFacts, params: ListeningParams) -> Decision:
        """Return a list of ``{"quote", "kind", "words"}``, those of the text's beginning first."""
        found: list[dict[str, object]] = []
        for match in SENTENCE.finditer(facts.text):
            quote = match.group().strip()
            kind, words = self._heard(quote, params)
            if words and not any(one["quote"] == quote for one in found):
                found.append({"quote": quote, "kind": kind, "words": list(words)})
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
        if len(quote) < params.shortest or any(word in quote for word in params.never_words):
            return "", ()
        pains = [word for word in params.pain_words if word in quote]
        if pains:
            return "pain", pains
        return "need", [word for word in params.need_words if word in quote]
