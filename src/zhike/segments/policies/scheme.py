"""What all schemes share: classes in order, a reference mix, the limits of the five tests."""

from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import Field

from zhike.kernel.policies import N_, Params, Policy, Problem
from zhike.segments.policies.facts import ClassFacts, Part, Share

PERCENT = {"unit": "%"}


class ClassName(Part):
    """One class: ``code`` stands in the data, ``name`` is what people read."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$", title=N_("代码"))]
    name: Annotated[str, Field(min_length=1, max_length=20, title=N_("名称"))]
    share: Share | None = Field(
        default=None, title=N_("基准占比"), json_schema_extra={**PERCENT},
        description=N_("参考结构中这一类应占的百分比；不填则不比较"),
    )  # fmt: skip


class TestLimits(Part):
    """From where on a test of the scheme is not passed (SEG-003…007)."""

    most_overlap: Share = Field(
        default=Decimal(10), title=N_("重叠上限"), json_schema_extra={**PERCENT},
        description=N_("互斥性：条件同时符合多个类别的客户占比"),
    )  # fmt: skip
    least_coverage: Share = Field(
        default=Decimal(95), title=N_("覆盖下限"), json_schema_extra={**PERCENT},
        description=N_("整体性：有类别的客户占比"),
    )  # fmt: skip
    least_reach: Share = Field(
        default=Decimal(80), title=N_("可触达下限"), json_schema_extra={**PERCENT},
        description=N_("可操作性：每类有负责人且有联系方式的客户占比"),
    )  # fmt: skip
    least_difference: Annotated[Decimal, Field(ge=1, le=1000, max_digits=7, decimal_places=2)] = (
        Field(
            default=Decimal("1.5"), title=N_("差异下限（倍）"),
            description=N_("相关性：平均消费最高的一类应是最低一类的多少倍"),
        )
    )  # fmt: skip
    most_migration: Share = Field(
        default=Decimal(20), title=N_("迁移上限"), json_schema_extra={**PERCENT},
        description=N_("稳定性：一个季度内换类的客户占比"),
    )  # fmt: skip


class SchemeParams(Params):
    """Base of a scheme's parameters; ``classes`` from best to last."""

    classes: Annotated[tuple[ClassName, ...], Field(min_length=2, max_length=12, title=N_("类别"))]
    alert_points: Share | None = Field(
        default=None, title=N_("偏离提醒（百分点）"),
        description=N_("实际占比偏离基准超过此值时提醒；不填则不提醒"),
    )  # fmt: skip
    tests: TestLimits = Field(default=TestLimits(), title=N_("五项检验的界限"))

    def codes(self) -> list[str]:
        """Return the codes of the classes from best to last."""
        return [one.code for one in self.classes]

    def label(self, code: str) -> str:
        """Return the name of a class."""
        return next((one.name for one in self.classes if one.code == code), code)

    def reference(self) -> dict[str, Decimal]:
        """Return the reference mix: class -> percent, without the classes that have none."""
        return {one.code: one.share for one in self.classes if one.share is not None}

    def entitlements(self) -> dict[str, Any]:
        """Return nothing: classes carry strategy cards, not entitlements."""
        return {}

    def problems(self) -> list[Problem]:
        """Return double codes and a reference mix that is not 100 %."""
        found = []
        for place, code in enumerate(self.codes()):
            if code in self.codes()[:place]:
                found.append(Problem(f"classes.{place}.code", N_("这个代码已经用过")))
        mix = self.reference()
        if mix and (sum(mix.values()) != 100 or len(mix) != len(self.classes)):
            args = {"sum": format(sum(mix.values(), Decimal(0)).normalize(), "f")}
            found.append(Problem("classes", N_("基准占比应合计 100%，当前 {sum}%"), args))
        return found


P = TypeVar("P", bound=SchemeParams)


class Scheme(Policy[ClassFacts, P]):
    """A policy that puts every customer in one class, or in none ("")."""

    subject = "customers.customer"
    icon = "hierarchy"
    Facts = ClassFacts
    everybody: ClassVar[bool] = True

    @abstractmethod
    def sql(self, params: P) -> str:
        """Return the outcome of ``decide`` as SQL over the columns of the facts."""

    @abstractmethod
    def fitting(self, facts: ClassFacts, params: P) -> list[str]:
        """Return every class whose conditions hold, before the order decides."""

    @abstractmethod
    def fitting_sql(self, params: P) -> str:
        """Return how many classes fit, as SQL over the columns of the facts."""

    @abstractmethod
    def sources(self, params: P) -> Sequence[str]:
        """Return the facts that the outcome depends on: what is kept beside it."""


def schemes() -> list[str]:
    """Return the ids of all schemes in the order in which pages show them."""
    return ["segments.value", "segments.growth", "segments.resource", "segments.relationship",
            "segments.lifecycle_model"]  # fmt: skip
