"""What happened to the handbook and its rules."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class PolicySubmitted(Event):
    """A version of a rule waits for a second person."""

    title = _("提交了规则版本")
    icon = "send"
    subject = "kernel.policyversion"
    subject_field = "version_id"

    version_id: int
    policy_id: str
    number: int


@dataclass(frozen=True)
class PolicyDecided(Event):
    """A version of a rule was approved, rejected or withdrawn (``status``)."""

    title = _("规则版本有了结论")
    icon = "gavel"
    subject = "kernel.policyversion"
    subject_field = "version_id"

    version_id: int
    policy_id: str
    number: int
    status: str


@dataclass(frozen=True)
class PolicyTookEffect(Event):
    """A version came into force on its day; told once. Run again what the rule decides."""

    title = _("规则版本生效")
    icon = "gavel"
    subject = "kernel.policyversion"
    subject_field = "version_id"

    version_id: int
    policy_id: str
    number: int
    effective_on: str


@dataclass(frozen=True)
class EditionSubmitted(Event):
    """An edition of a document waits for a second person."""

    title = _("提交了制度版次")
    icon = "send"
    subject = "rulebook.document"
    subject_field = "document_id"

    document_id: int
    edition_id: int
    number: int


@dataclass(frozen=True)
class EditionDecided(Event):
    """An edition was published or rejected (``status``)."""

    title = _("制度版次有了结论")
    icon = "gavel"
    subject = "rulebook.document"
    subject_field = "document_id"

    document_id: int
    edition_id: int
    number: int
    status: str


@dataclass(frozen=True)
class AcknowledgementRequested(Event):
    """These people have to read and sign an edition; upper packages may give them a to-do."""

    title = _("请求签收制度")
    icon = "signature"
    subject = "rulebook.document"
    subject_field = "document_id"

    document_id: int
    edition_id: int
    document: str
    user_ids: tuple[int, ...]


@dataclass(frozen=True)
class EditionAcknowledged(Event):
    """A covered person signed an edition."""

    title = _("签收了制度")
    icon = "checkbox"
    subject = "rulebook.document"
    subject_field = "document_id"

    document_id: int
    edition_id: int
    user_id: int


@dataclass(frozen=True)
class SimulationRequested(Event):
    """A simulation is too large for a request and runs behind."""

    title = _("开始模拟")
    icon = "player-play"

    version_id: int
    user_id: int
