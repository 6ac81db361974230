"""What the customers of the demo company said of it in the last eighteen months."""

import datetime as dt
import random

from zhike.customers.models import Customer
from zhike.kernel.actor import SYSTEM
from zhike.segments.actions import recommend
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, insert
from zhike.surveys.actions import record_satisfaction
from zhike.surveys.models import Satisfaction
from zhike.teamwork.actions.reviews import read_review, review_departments
from zhike.teamwork.models import DepartmentReview

CHIEF, ASKER = "qinruochuan", "jianganran"
MONTHS = 18
BASE = {"vip": 86, "gold": 83, "silver": 79, "bronze": 76, "standard": 73}
LEAN = {
    "overall": 0, "product": 5, "service": 3, "delivery": -7, "attitude": 4, "logistics": -4,
    "price": -9,
}  # fmt: skip
PRAISE = ("颜色稳定，客诉明显减少。", "技术来得快，问题当天就有说法。", "客服回话很及时。", "")
BLAME = {
    "delivery": ("比约定晚到两天，差点停线。", "急单排不进去。"),
    "logistics": ("外包装破损，卸货也没人配合。", "送货单和质检报告批号对不上。"),
    "price": ("比同行高一截，续单有压力。",),
}
OTHER = ("问了两次才有人回。", "换了对接人没有打招呼。")


def ask(staff: Staff, today: dt.date) -> None:
    """Write old answers, one of today through the action, recommendations and the reviews."""
    rows = Customer.unscoped.filter(archived_at=None, owner__isnull=False, order_count__gt=0)
    known = list(rows.order_by("-annual_spend", "id")[:160])
    insert(Satisfaction, [one for row in known for one in _answers(row, today)])
    values = {
        "customer": known[0].pk, "rated_on": today, "aspect": "service", "score": 92,
        "source": "volunteered", "remark": "上周的起泡问题解决得很快，替我们谢谢技术部。",
    }  # fmt: skip
    record_satisfaction(Satisfaction, values, by=staff.actor(ASKER))
    recommend(today, SYSTEM(reason="每日分类"))


def review(staff: Staff, today: dt.date) -> None:
    """Review the departments for the last period that is due; the chief has read one."""
    review_departments(today) or review_departments(today - dt.timedelta(days=5))
    row = DepartmentReview.unscoped.filter(unit__code="CSC").first()
    if row is not None:
        read_review(
            row, by=staff.actor(CHIEF), opinion="交货与物流两项偏低，请与仓储共同整改，下期复核。"
        )


def _answers(row: Customer, today: dt.date) -> list[Satisfaction]:
    chance = random.Random(row.pk)  # noqa: S311  (invented data, the same on every build)
    found = []
    for back in range(chance.randrange(20, 200), MONTHS * 30, chance.choice((90, 120, 180))):
        day, source = today - dt.timedelta(days=back), chance.choice(Satisfaction.Source.values)
        better = max(0, 6 - back // 90)  # what was done about it shows
        for aspect in chance.sample(list(LEAN), 2):
            mean = BASE.get(str(row.grade), 74) + LEAN[aspect] + better
            score = max(20, min(100, round(chance.gauss(mean, 9))))
            found.append(
                Satisfaction(
                    customer=row, rated_on=day, aspect=aspect, score=score, source=source,
                    remark=_words(aspect, score, chance), owner_id=row.owner_id, unit_id=row.unit_id,
                    created_at=at(day, 15),
                )
            )  # fmt: skip
    return found


def _words(aspect: str, score: int, chance: random.Random) -> str:
    if score < 65:
        return chance.choice(BLAME.get(aspect, OTHER))
    return chance.choice(PRAISE) if score >= 90 else ""
