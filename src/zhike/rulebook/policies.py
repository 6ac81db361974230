"""The rules about the rule book itself."""

import datetime as dt

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class SigningFacts(Facts):
    """Since when an edition has been in force, and whether the person has signed it."""

    asked_on: dt.date
    signed_on: dt.date | None = None
    today: dt.date


class SigningParams(Params):
    """How many days people have to read and sign an edition."""

    days: int = Field(7, ge=1, le=90)


class SigningDeadline(Policy[SigningFacts, SigningParams]):
    """Covered people read and sign a published document in time (ORG-028)."""

    id = "rulebook.signing_deadline"
    title = N_("制度签收期限")
    statement = N_("制度发布后，适用部门的员工在 {days} 天内阅读并签收。")
    owner_role = "marketing_director"
    source = "ORG-028"
    subject = "rulebook.edition"
    icon = "signature"
    Facts = SigningFacts
    Params = SigningParams

    def decide(self, facts: SigningFacts, params: SigningParams) -> Decision:
        """Return ``{"due_on"}``; the reason holds while the person has signed or still may."""
        due = facts.asked_on + dt.timedelta(days=params.days)
        holds = (facts.signed_on or facts.today) <= due
        value = (facts.signed_on or facts.today).isoformat()
        reason = Reason(N_("应在发布后 {days} 天内签收"), holds, value, {"days": params.days})
        return Decision({"due_on": due.isoformat()}, (reason,))
