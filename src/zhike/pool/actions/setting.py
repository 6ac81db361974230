"""Setting a pool up: which fields it hides."""

import re
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.pool.models import Pool
from zhike.pool.queries.pools import SHOWN


@action("pool.hide_fields", on=Pool, title=gettext_lazy("设置隐藏字段"), icon="eye-off")
def hide_fields(
    pool: Pool,
    *,
    by: Actor,
    names: Annotated[
        str,
        kinds.Text(
            gettext_lazy("隐藏的字段"),
            max_length=300,
            blank=True,
            help_text=gettext_lazy("写字段名称，用顿号隔开，例如：电话、邮箱。留空则都显示。"),
        ),
    ] = "",
) -> Pool:
    """Hide these fields of the customers in a pool until they are claimed.

    Raises:
        Invalid: naming a field that the pool does not show anyway.
    """
    fields: list[Any] = [Customer._meta.get_field(name) for name in SHOWN]
    known = {str(one.verbose_name): one.name for one in fields}
    wanted = [word for word in re.split(r"[、,，;；\s]+", names or "") if word]
    wrong = [word for word in wanted if word not in known and word not in SHOWN]
    if wrong:
        words = {"wrong": "、".join(wrong), "known": "、".join(known)}
        raise Invalid(fields={"names": [_("没有字段“%(wrong)s”。可以写：%(known)s") % words]})
    pool.hidden_fields = sorted({known.get(word, word) for word in wanted})
    return store(pool, by=by, fields=["hidden_fields"])
