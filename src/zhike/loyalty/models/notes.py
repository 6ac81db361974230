"""Notes about what moves a person, for few eyes (LOY-024)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.records import Record
from zhike.kernel.scope import EVERYBODY, NOBODY, Because, OwnedBy, Scope, Via


class Discreet(Scope):
    """Rows as the inner scope gives them; confidential ones for owner and revealers only."""

    def __init__(self, inner: Scope) -> None:
        self.inner = inner

    def q(self, model: type[Record], by: Actor, verb: str) -> Q:
        """Return the inner condition, narrowed where the reader may not reveal everything."""
        found = self.inner.q(model, by, verb)
        if by.is_system or found == NOBODY or by.breadth(model.key(), "reveal").everything:
            return found
        own = Q(owner_id=by.user_id) if by.user_id else NOBODY
        narrow = ~Q(level=Note.Level.CONFIDENTIAL) | own
        return narrow if found == EVERYBODY else found & narrow

    def explain(self, row: Record, by: Actor, verb: str) -> list[Because]:
        """Return the inner reasons while the level allows them."""
        note: Any = row
        closed = note.level == Note.Level.CONFIDENTIAL
        able = by.breadth(row.key(), "reveal").everything or note.owner_id == by.user_id
        if closed and not able:
            return [Because(False, gettext("机密记录，仅负责人与指定角色可见"))]
        return self.inner.explain(row, by, verb)

    def parts_of(self) -> tuple[Scope, ...]:
        """Return the inner parts: what hangs on an owner is handed over with him."""
        return self.inner.parts_of()


class Note(Record):
    """What a person likes, dislikes, cares about; masked, and shown in clear on a logged act."""

    class Kind(models.TextChoices):
        """What it is about."""

        INTEREST = "interest", _("兴趣爱好")
        LIKE = "like", _("喜好")
        DISLIKE = "dislike", _("忌讳")
        FAMILY = "family", _("家庭")
        DATE = "date", _("重要日子")

    class Level(models.TextChoices):
        """How sensitive it is."""

        NORMAL = "normal", _("一般")
        SENSITIVE = "sensitive", _("敏感")
        CONFIDENTIAL = "confidential", _("机密")

    scope = Discreet(OwnedBy("owner", "unit") | Via("customer"))

    customer = kinds.Link(
        _("客户"),
        Customer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="emotional_notes")
    kind = kinds.Choice(_("类别"), Kind, max_length=10)
    level = kinds.Choice(_("敏感级别"), Level, default=Level.SENSITIVE, max_length=12)
    text = kinds.LongText(_("内容"), personal=True)
    source = kinds.Text(_("来源"), max_length=80)
    owner = kinds.Owner(_("记录人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("情感连接记录")
        indexes = [models.Index(fields=["person"], name="loyalty_note_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()}"
