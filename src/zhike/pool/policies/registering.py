"""How long a registration protects, and who else may register the same company."""

from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class RegisteringFacts(Facts):
    """What stands against a registration: an owned customer, or an earlier one."""

    same_owner: bool = False
    customer_owned: bool = False
    same_company: bool = False
    same_project: bool = False


class RegisteringParams(Params):
    """Days of protection and of one extension, how many extensions; days to appeal."""

    protect_days: Annotated[int, Field(ge=1, le=730, title=N_("报备保护（天）"))] = 90
    extension_days: Annotated[int, Field(ge=1, le=365, title=N_("一次延期（天）"))] = 30
    extensions: Annotated[int, Field(ge=0, le=10, title=N_("可延期次数"))] = 1
    appeal_days: Annotated[int, Field(ge=1, le=90, title=N_("申诉期限（天）"))] = 7


class Registering(Policy[RegisteringFacts, RegisteringParams]):
    """A company with a project belongs to whoever registered it first, for a time."""

    id = "pool.registering"
    title = N_("报备与撞单规则")
    statement = N_(
        "报备成功后保护 {protect_days} 天，凭进展证据可延期 {extensions} 次、每次 {extension_days} 天；"
        "同一公司同一项目以先报备者为先，有争议由指定负责人凭双方证据裁定，{appeal_days} 天内可申诉。"
    )
    owner_role = "crm_supervisor"
    source = "SEG-044"
    subject = "pool.registration"
    icon = "flag"
    Facts = RegisteringFacts
    Params = RegisteringParams

    def decide(self, facts: RegisteringFacts, params: RegisteringParams) -> Decision:  # noqa: ARG002
        """Return free, same_company (another project: allowed, both are told) or conflict."""
        lines = (
            Reason(N_("没有他人负责的同名客户"), not facts.customer_owned or facts.same_owner),
            Reason(N_("没有他人对同一项目的有效报备"), not facts.same_project or facts.same_owner),
        )
        if facts.same_owner:
            return Decision("free", lines)
        if facts.same_project or facts.customer_owned:
            return Decision("conflict", lines)
        return Decision("same_company" if facts.same_company else "free", lines)
