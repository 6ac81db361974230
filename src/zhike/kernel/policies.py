"""Policy: a clause of the handbook as a pure, dated, simulated, approved, explainable rule.

Nothing here or in a package's ``policies.py`` knows Django or a row. Sentences are Chinese message
ids marked by ``N_`` with ``{placeholders}``; ``policy_store.sentence`` puts them into the reader's
language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from zhike.kernel.registry import registry


def N_(text: str) -> str:  # noqa: N802  (the conventional name for a marked message)
    """Mark a message for the catalogue without translating it here."""
    return text


class Params(BaseModel):
    """Structured parameters of a policy. Override ``problems`` for rules across fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def problems(self) -> "list[Problem]":
        """Return what is wrong although every single value is fine, such as overlapping bands."""
        return []


class Facts(BaseModel):
    """The plain values a policy decides on; no rows, no Django."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in parameters: ``path`` such as ``bands.2.lower``, a sentence and its values."""

    path: str
    message: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation: the condition, whether it held, and the value found."""

    text: str
    holds: bool
    value: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome with its reasons. ``outcome`` is a plain JSON value."""

    outcome: Any
    reasons: Sequence[Reason] = field(default_factory=tuple)


Say = Callable[[str], str]
F = TypeVar("F", bound=Facts)
P = TypeVar("P", bound=Params)


class Policy(Generic[F, P]):
    """Base of all management rules. A subclass is registered by being declared.

    Attributes:
        id: ``package.rule_noun``; title: as users know it; statement: the clause in words, with
        ``{placeholders}`` from ``describe``; owner_role: code of the role that owns it;
        source: requirement ids and documents; Facts, Params: the types; default: parameters that
        ship; subject: key of the resource it decides about.
    """

    id: ClassVar[str]
    title: ClassVar[Any]
    statement: ClassVar[Any] = ""
    owner_role: ClassVar[str] = "crm_supervisor"
    source: ClassVar[str] = ""
    subject: ClassVar[str] = ""
    icon: ClassVar[str] = "gavel"
    Facts: ClassVar[type[Facts]]
    Params: ClassVar[type[Params]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "id" in cls.__dict__:
            registry.add("policies", cls.id, cls())

    def decide(self, facts: F, params: P) -> Decision:
        """Return the decision; pure, no side effects."""
        raise NotImplementedError

    def default(self) -> P:
        """Return the parameters that ship with the product."""
        return self.Params()  # type: ignore[return-value]

    def describe(self, params: P, say: Say = str) -> str:
        """Return the clause in words under these parameters; ``say`` translates a sentence."""
        return say(str(self.statement)).format(**params.model_dump())

    def parse(self, raw: Any) -> P:
        """Return checked parameters.

        Raises:
            BadParams: with every problem found, each with its path.
        """
        try:
            params = self.Params.model_validate(raw)
        except ValidationError as error:
            raise BadParams([_problem(e) for e in error.errors()]) from error
        problems = params.problems()
        if problems:
            raise BadParams(problems)
        return params  # type: ignore[return-value]


class BadParams(ValueError):
    """Parameters that a policy cannot run with; ``problems`` lists each with its path."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in problems))


def _problem(error: Any) -> Problem:
    path = ".".join(str(part) for part in error["loc"])
    kind = error["type"]
    if kind == "missing":
        return Problem(path, N_("必填"))
    if kind == "extra_forbidden":
        return Problem(path, N_("没有这个参数"))
    signs = {
        "greater_than": ">",
        "greater_than_equal": "≥",
        "less_than": "<",
        "less_than_equal": "≤",
    }
    if kind in signs:
        bound = next(iter(error.get("ctx", {}).values()), "")
        return Problem(path, N_("应 {sign} {bound}"), {"sign": signs[kind], "bound": bound})
    return Problem(path, N_("格式不对：{detail}"), {"detail": error["msg"]})
