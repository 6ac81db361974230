"""How soon a customer's question or opinion is taken up and answered (COM-008, COM-015)."""

from collections.abc import Mapping

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

KINDS = ("question", "need", "opinion", "suggestion")


class InquiryFacts(Facts):
    """What the rule looks at: the kind of inquiry and the customer's grade."""

    kind: str
    grade: str = "standard"


class InquiryParams(Params):
    """Working hours until it is acknowledged and until it is answered."""

    accept_hours: int = Field(default=4, ge=1, le=400, title=N_("签收时限（工作小时）"))
    answer_hours: Mapping[str, int] = Field(
        default={"question": 8, "need": 16, "opinion": 24, "suggestion": 40},
        title=N_("答复时限（工作小时）"),
    )
    hurried: Mapping[str, int] = Field(
        default={"vip": 50, "gold": 75}, title=N_("分级对应的时限比例（%）")
    )
    tell_hours: int = Field(default=8, ge=1, le=400, title=N_("告知客户时限（工作小时）"))

    def problems(self) -> list[Problem]:
        """Refuse unknown or missing kinds, impossible hours and shares."""
        found = [
            Problem(f"answer_hours.{name}", N_("没有这个类型：{name}"), {"name": name})
            for name in self.answer_hours
            if name not in KINDS
        ]
        found += [
            Problem(f"answer_hours.{name}", N_("缺少这个类型：{name}"), {"name": name})
            for name in KINDS
            if name not in self.answer_hours
        ]
        found += [
            Problem(
                f"answer_hours.{name}", N_("应为 1 到 400 小时，当前 {found}"), {"found": hours}
            )
            for name, hours in self.answer_hours.items()
            if not 1 <= hours <= 400
        ]
        found += [
            Problem(f"hurried.{name}", N_("应为 1 到 100，当前 {found}"), {"found": share})
            for name, share in self.hurried.items()
            if not 1 <= share <= 100
        ]
        return found


class InquiryTime(Policy[InquiryFacts, InquiryParams]):
    """The kind's hours, less for better grades."""

    id = "interactions.inquiry_time"
    title = N_("客户问题与意见处理时限")
    statement = N_(
        "客户提出的问题与意见在 {accept_hours} 个工作小时内由处理部门签收；问题 {answer_hours[question]}、"
        "需求 {answer_hours[need]}、意见 {answer_hours[opinion]}、建议 {answer_hours[suggestion]} "
        "个工作小时内答复，答复后 {tell_hours} 个工作小时内告知客户。"
    )
    owner_role = "crm_supervisor"
    source = "COM-008, COM-015; 及时反馈客户意见和建议"
    subject = "interactions.inquiry"
    icon = "help-circle"
    Facts = InquiryFacts
    Params = InquiryParams

    def decide(self, facts: InquiryFacts, params: InquiryParams) -> Decision:
        """Return ``{"accept_hours", "answer_hours", "tell_hours"}`` in working hours."""
        share = params.hurried.get(facts.grade, 100)
        accept = params.accept_hours * share / 100
        answer = params.answer_hours[facts.kind] * share / 100
        outcome = {"accept_hours": accept, "answer_hours": answer, "tell_hours": params.tell_hours}
        reasons = (
            Reason(N_("该类型的答复时限"), True, str(params.answer_hours[facts.kind])),
            Reason(N_("该分级的时限比例"), True, f"{share}%"),
        )  # fmt: skip
        return Decision(outcome, reasons)
