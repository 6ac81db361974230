"""Draws the customers and all that happened with them, from one seed and today's date; no database.

Amounts grow or shrink over three years and follow the trade's seasons, so that the grades of a year
ago differ from those of today. The same day always gives the same company.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from zhike.kernel.kinds.registry_codes import ALPHABET, CREDIT_WEIGHTS
from zhike.site.demo import cast, words
from zhike.site.demo.people import SELLERS

SEED = 20_260_101
# Anonymous customers per intended grade: with those that are told by name, 420 in all.
SIZES = {"vip": 9, "gold": 24, "silver": 62, "bronze": 84, "standard": 120, "prospect": 96}
SPEND = {
    "vip": (1_080_000, 2_600_000),
    "gold": (530_000, 960_000),
    "silver": (210_000, 480_000),
    "bronze": (104_000, 195_000),
    "standard": (6_000, 92_000),
    "prospect": (0, 0),
}
ORDERS_A_YEAR = {"vip": 36, "gold": 16, "silver": 9, "bronze": 5, "standard": 2, "prospect": 0}
TALKS_A_YEAR = {"vip": 46, "gold": 24, "silver": 9, "bronze": 4, "standard": 1.4, "prospect": 2}
CONTACT_DAYS = {"vip": 7, "gold": 14, "silver": 30, "bronze": 60, "standard": 120, "prospect": 90}
SILENCES = (0.1, 0.2, 0.3, 0.45, 0.6, 0.7, 0.8, 0.88, 0.95, 1.2)  # of the allowed days
# Paint, glue and pesticide sell before spring and in autumn; little moves around Spring Festival.
SEASON = (0.75, 0.45, 1.2, 1.25, 1.15, 1.0, 0.9, 0.95, 1.2, 1.15, 1.1, 0.9)


@dataclass(slots=True)
class Contact:
    """A person of a customer."""

    name: str
    post: str
    influence: str
    mobile: str
    email: str
    birthday: dt.date | None = None


@dataclass(slots=True)
class Sale:
    """An order with what was paid for it."""

    number: str
    on: dt.date
    amount: Decimal
    status: str
    summary: str
    due_on: dt.date
    paid_on: dt.date | None = None
    method: str = "transfer"


@dataclass(slots=True)
class Talk:
    """A communication that took place; ``next_on`` is the day agreed for the next step."""

    at: dt.datetime
    channel: str
    direction: str
    minutes: int | None
    place: str
    purpose: str
    summary: str
    next_step: str
    next_on: dt.date | None
    person: int


@dataclass(slots=True)
class Drawn:
    """One customer with everything that hangs on it."""

    code: str
    name: str
    short: str
    credit_code: str
    region: str
    address: str
    industry: str
    products: tuple[str, ...]
    grade: str
    lifecycle: str
    size: str
    position: str
    source: str
    phone: str
    email: str
    terms: tuple[str, int]
    since: dt.date
    seller: str
    purchase_volume: Decimal
    silent_days: int
    tags: list[str] = field(default_factory=list)
    people: list[Contact] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)


def credit_code(region: str, number: int) -> str:
    """Return an invented 统一社会信用代码 with both check characters right (GB 11714, GB 32100)."""
    body = f"DLAN{number:04d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
    rest = 11 - sum(v * w for v, w in zip(values, weights, strict=True)) % 11
    code = f"91{region}{body}{'0' if rest == 11 else 'X' if rest == 10 else rest}"
    total = sum(ALPHABET.index(c) * w for c, w in zip(code, CREDIT_WEIGHTS, strict=True))
    return code + ALPHABET[-total % 31]


class Company:
    """Draws one company as of a moment (local time, naive)."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.today = now.date()
        self.dice = random.Random(SEED)  # noqa: S311  (believable, not secret)
        self._number = 0
        self._order = 0
        self._mobiles: set[str] = set()
        self._names: set[str] = set()

    def customers(self) -> list[Drawn]:
        """Return all customers; those told by name come first."""
        drawn = [self._known(one) for one in cast.KNOWN]
        drawn.append(self._holding())
        for grade, count in SIZES.items():
            drawn += [self._anonymous(grade) for _n in range(count)]
        for one in drawn:
            self._live(one)
        return drawn

    # Who they are -----------------------------------------------------------------------------

    def _known(self, one: cast.Known) -> Drawn:
        industry, products = words.TRADES[one.trade]
        area = next((p.area for p in words.PLACES if p.region[:4] == one.region[:4]), "021")
        drawn = self._basis(
            one.name, one.short, one.region, area, industry, products, one.grade, one.lifecycle,
            self.today - dt.timedelta(days=round(one.years * 365)), one.seller,
        )  # fmt: skip
        drawn.silent_days = one.silent_days
        influence = dict(words.CONTACT_POSTS).get(one.post, "buyer")
        drawn.people.insert(0, self._contact(one.contact, one.post, influence, one.mobile_tail))
        if one.short == "华东蓝屿化工":
            drawn.size, drawn.position, drawn.terms = "large", "leader", words.TERMS[1]
            drawn.address = "泰兴经济开发区疏港路 18 号"
            drawn.tags = ["年度框架", "危化品资质"]
            drawn.people += [self._contact(n, p, i, tail) for n, p, i, tail in cast.LANYU_PEOPLE]
            drawn.people[1].birthday = self.today.replace(year=1988, day=min(self.today.day, 28))
        elif len(drawn.people) < 2:
            drawn.people.append(self._contact())
        drawn.purchase_volume = Decimal(one.spend * 2).quantize(Decimal(10_000))
        self._sell(drawn, one.spend, self.dice.uniform(0.05, 0.2))
        return drawn

    def _holding(self) -> Drawn:
        name, short, region = cast.LANYU_GROUP
        since = self.today - dt.timedelta(days=1900)
        drawn = self._basis(
            name, short, region, "021", "化工贸易", ("丙烯酸丁酯",), "prospect", "interested", since,
            "luzhixing",
        )  # fmt: skip
        drawn.people.append(self._contact())
        return drawn

    def _anonymous(self, grade: str) -> Drawn:
        dice = self.dice
        place = dice.choice(words.PLACES)
        trade = dice.choice(list(words.TRADES))
        while True:
            brand = dice.choice(words.BRAND_FIRST) + dice.choice(words.BRAND_SECOND)
            if brand[0] != brand[1] and brand not in self._names:
                break
        self._names.add(brand)
        industry, products = words.TRADES[trade]
        years = dice.uniform(0.01, 1.2) if grade == "prospect" else dice.uniform(1.1, 8)
        drawn = self._basis(
            f"{place.name}{brand}{trade}{dice.choice(words.FORMS)}", f"{place.name}{brand}{trade}",
            place.region, place.area, industry, products, grade, self._stage(grade),
            self.today - dt.timedelta(days=round(years * 365)), SELLERS[place.branch],
        )  # fmt: skip
        if grade not in {"vip", "gold"}:
            self._forget(drawn)
        if grade in {"standard", "prospect"} and dice.random() < 0.18:
            drawn.seller = ""  # nobody's yet: the shared pool
        for _n in range(dice.choice((1, 1, 2)) if grade in {"standard", "prospect"} else 2):
            drawn.people.append(self._contact())
        low, high = SPEND[grade]
        spend = round(low + (high - low) * dice.random() ** 1.7, -2)
        drawn.purchase_volume = Decimal(round(spend * dice.uniform(1.3, 4), -4))
        if spend and drawn.lifecycle != "lost":
            self._sell(drawn, int(spend), dice.choice((-0.25, -0.1, 0.05, 0.12, 0.2, 0.45)))
        elif spend:
            self._sell(drawn, int(spend * 0.2), -0.7)
        return drawn

    def _forget(self, drawn: Drawn) -> None:
        """Leave some facts out, as people do."""
        for name, share in (
            ("size", 0.2), ("source", 0.25), ("phone", 0.2), ("email", 0.4), ("address", 0.15),
            ("credit_code", 0.1),
        ):  # fmt: skip
            if self.dice.random() < share:
                setattr(drawn, name, "")

    def _stage(self, grade: str) -> str:
        dice = self.dice
        if grade == "prospect":
            return dice.choice(("prospect", "prospect", "interested"))
        if grade in {"vip", "gold"}:
            return dice.choice(("loyal", "loyal", "customer"))
        return dice.choices(("customer", "loyal", "lost"), (82, 10, 8))[0]

    def _basis(
        self, name: str, short: str, region: str, area: str, industry: str,
        products: tuple[str, ...], grade: str, stage: str, since: dt.date, seller: str,
    ) -> Drawn:  # fmt: skip
        self._number += 1
        self._names.add(short)
        dice, number = self.dice, self._number
        big = grade in {"vip", "gold"}
        ranks = ("leader", "strong", "strong") if big else ("strong", "ordinary", "ordinary")
        sizes = ("large", "medium", "medium") if big else ("medium", "small", "small", "micro")
        return Drawn(
            code=f"C-{since.year}-{number:06d}", name=name, short=short,
            credit_code=credit_code(region, number), region=region,
            address=f"{dice.choice(('经济开发区', '化工园区', '高新区', '工业园'))}"
            f"{dice.choice(('兴业', '疏港', '创新', '滨江', '科技', '纬三'))}路 {dice.randint(2, 298)} 号",
            industry=industry, products=products, grade=grade, lifecycle=stage,
            size=dice.choice(sizes), source=dice.choice(words.SOURCES),
            position=dice.choice(ranks),
            phone=self._phone(area),
            email=f"contact@dlan{number:04d}.example.com", terms=dice.choice(words.TERMS), since=since,
            seller=seller, purchase_volume=Decimal(0), silent_days=-1,
            tags=dice.sample([name for name, _c in words.TAGS], dice.choice((0, 0, 1, 1, 2))),
        )  # fmt: skip

    def _phone(self, area: str) -> str:
        lead = str(self.dice.randint(6100, 8899))
        return f"{area}-{lead[:3] if area in words.SEVEN_DIGITS else lead}0000"

    def _contact(
        self, name: str = "", post: str = "", influence: str = "", tail: str = ""
    ) -> Contact:
        dice = self.dice
        name = name or dice.choice(words.SURNAMES) + dice.choice(words.GIVEN)
        if not post:
            post, influence = dice.choice(words.CONTACT_POSTS)
        prefix, last = (tail[:3], tail[3:]) if tail else (dice.choice(words.MOBILE_PREFIXES), "")
        while not last or f"{prefix}{last}" in self._mobiles:
            last = f"{dice.randrange(10_000):04d}"
        self._mobiles.add(f"{prefix}{last}")
        born = None
        if dice.random() < 0.4:
            born = dt.date(dice.randint(1966, 1996), dice.randint(1, 12), dice.randint(1, 28))
        mail = f"p{len(self._mobiles):04d}@example.com"
        return Contact(name, post, influence, f"{prefix}0000{last}", mail, born)

    # What they bought -------------------------------------------------------------------------

    def _sell(self, drawn: Drawn, spend: int, growth: float) -> None:
        """Draw three years of orders: the last twelve months add up to ``spend``."""
        for year in range(3):
            total = Decimal(round(spend / (1 + growth) ** year))
            last = self.today - dt.timedelta(days=365 * year + 1)
            first = max(last - dt.timedelta(days=362), drawn.since)
            span = (last - first).days
            if span < 40:
                break
            whole = span / 362
            count = max(1, round(ORDERS_A_YEAR[drawn.grade] * self.dice.uniform(0.8, 1.2) * whole))
            self._orders(drawn, total * Decimal(str(round(whole, 3))), first, span, count)
        drawn.sales.sort(key=lambda sale: sale.on)

    def _orders(self, drawn: Drawn, total: Decimal, first: dt.date, span: int, count: int) -> None:
        dice = self.dice
        days = []
        while len(days) < count:
            day = first + dt.timedelta(days=dice.randrange(span + 1))
            if day.weekday() < 5 and dice.random() * 1.3 < SEASON[day.month - 1]:
                days.append(day)
        shares = [dice.uniform(0.5, 1.5) * SEASON[day.month - 1] for day in days]
        amounts = [(total * Decimal(s / sum(shares))).quantize(Decimal(10)) for s in shares]
        amounts[-1] += total - sum(amounts)
        for day, amount in zip(days, amounts, strict=True):
            if amount > 0:
                drawn.sales.append(self._sale(drawn, day, amount))

    def _sale(self, drawn: Drawn, day: dt.date, amount: Decimal) -> Sale:
        dice = self.dice
        self._order += 1
        product = dice.choice(drawn.products)
        tonnes = float(amount) / words.PRICES.get(product, words.DEFAULT_PRICE)
        age = (self.today - day).days
        status = "placed" if age < 4 else "shipped" if age < 9 else "signed"
        due = day + dt.timedelta(days=drawn.terms[1])
        late = dice.choices((-3, 0, 6, 25, 80), (30, 38, 18, 10, 4))[0]
        paid = due + dt.timedelta(days=late + dice.randint(0, 4))
        return Sale(
            f"SO-{day:%Y%m%d}-{self._order:05d}", day, amount, status,
            f"{product} {tonnes:.1f} 吨", due, paid if paid < self.today else None,
            dice.choices(("transfer", "acceptance"), (82, 18))[0],
        )  # fmt: skip

    # What was said ----------------------------------------------------------------------------

    def _live(self, drawn: Drawn) -> None:
        """Draw a year of communication that ends as long ago as the customer has been silent."""
        dice = self.dice
        if drawn.silent_days < 0:
            usual = CONTACT_DAYS[drawn.grade]
            drawn.silent_days = round(usual * dice.choice(SILENCES))
        gap = 365 / TALKS_A_YEAR[drawn.grade]
        if not drawn.seller and dice.random() < 0.6:
            return
        back = float(drawn.silent_days)
        agreed: dt.date | None = None
        while back < min(365, (self.today - drawn.since).days):
            talk = self._talk(drawn, self._moment(round(back)), agreed)
            drawn.talks.append(talk)
            agreed = talk.at.date()
            back += max(1.0, gap * dice.uniform(0.6, 1.4))
        drawn.talks.reverse()
        self._appointment(drawn)

    def _moment(self, days_ago: int) -> dt.datetime:
        day = self.today - dt.timedelta(days=days_ago)
        if days_ago and day.weekday() > 4:
            day -= dt.timedelta(days=day.weekday() - 4)
        hour, minute = self.dice.randint(9, 17), self.dice.randrange(60)
        moment = dt.datetime.combine(day, dt.time(hour, minute))
        return moment if days_ago else min(moment, self.now - dt.timedelta(minutes=minute))

    def _talk(self, drawn: Drawn, at: dt.datetime, agreed: dt.date | None) -> Talk:
        dice = self.dice
        channel = dice.choices(list(words.TALK), (44, 18, 8, 12, 18))[0]
        purpose, text = dice.choice(words.TALK[channel])
        person = min(dice.choice((0, 0, 0, 1, 2, 3)), len(drawn.people) - 1)
        values = {
            "p": dice.choice(drawn.products),
            "w": drawn.people[person].name,
            "q": dice.choice((5, 8, 12, 20, 28, 45, 60)),
        }
        minutes = {"call": (4, 25), "visit": (40, 150), "meeting": (30, 90)}.get(channel)
        return Talk(
            at, channel, "in" if dice.random() < 0.22 else "out",
            dice.randint(*minutes) if minutes else None,
            f"{drawn.short}{dice.choice(('办公楼', '生产基地', '质检楼'))}" if channel == "visit" else "",
            purpose, text.format(**values),
            dice.choice(words.NEXT_STEPS).format(**values) if agreed else "", agreed, person,
        )  # fmt: skip

    def _appointment(self, drawn: Drawn) -> None:
        """Let the last communication end with a day for the next step, now and then one missed."""
        if not drawn.talks or drawn.lifecycle == "lost" or self.dice.random() < 0.45:
            return
        last = drawn.talks[-1]
        product = self.dice.choice(drawn.products)
        last.next_step = self.dice.choice(words.NEXT_STEPS).format(p=product)
        away = self.dice.choices((-3, -1, 0, 1, 3, 6, 12), (5, 8, 16, 18, 22, 18, 13))[0]
        day = max(self.today + dt.timedelta(days=away), last.at.date())
        last.next_on = day + dt.timedelta(
            days=(7 - day.weekday()) if day.weekday() > 4 and away > 0 else 0
        )


def all_sales(customers: list[Drawn]) -> Iterator[tuple[Drawn, Sale]]:
    """Yield every order with its customer, oldest first."""
    pairs = [(drawn, sale) for drawn in customers for sale in drawn.sales]
    yield from sorted(pairs, key=lambda pair: (pair[1].on, pair[1].number))
