"""Plans to find out what customers need, and what was found (NEED-007)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy


class Research(Record):
    """A piece of need research: method, sample, questions, findings."""

    class Method(models.TextChoices):
        """How we ask."""

        SURVEY = "survey", _("问卷调查")
        INTERVIEW = "interview", _("深度访谈")
        VISIT = "visit", _("实地走访")
        DATA = "data", _("数据研究")

    class Status(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("计划")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        STOPPED = "stopped", _("已终止")

    scope = OwnedBy("owner", "unit")
    handover = models.Q(status__in=["planned", "running"])
    title_field = "title"

    title = kinds.Text(_("调研名称"), max_length=120)
    method = kinds.Choice(_("调研方法"), options=Method, max_length=10)
    sample = kinds.Text(_("样本说明"), max_length=200)
    sample_size = kinds.Integer(_("样本量"), minimum=1, maximum=1_000_000)
    questions = kinds.LongText(_("调研问题"))
    starts_on = kinds.Date(_("开始日期"))
    due_on = kinds.Date(_("完成日期"))
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.PLANNED, max_length=10, editable=False
    )
    answers = kinds.Integer(_("有效样本"), null=True, blank=True, editable=False)
    findings = kinds.LongText(_("调研发现"), blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("需求调研")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("starts_on")),
                name="needs_research_dates",
                violation_error_message=_("完成日期不能早于开始日期。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)
