"""Tables of what each kind reads, refuses, shows and masks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from zhike.chinese import divisions as region
from zhike.kernel import kinds
from zhike.kernel.kinds import attachment, dates, names


class Level(models.TextChoices):
    GOLD = "gold", "金卡"
    PLAIN = "plain", "普通"

    @property
    def tone(self) -> str:
        return {"gold": "hu"}.get(self.value, "")


KINDS = {
    "text": kinds.Text("文字"),
    "long": kinds.LongText("长文"),
    "code": kinds.Code("编号"),
    "email": kinds.Email("邮箱"),
    "integer": kinds.Integer("数量", minimum=0),
    "money": kinds.Money("金额"),
    "percent": kinds.Percent("比例"),
    "degrees": kinds.Degrees("纬度", minimum=-90, maximum=90),
    "mobile": kinds.Mobile("手机"),
    "landline": kinds.Landline("座机"),
    "phone": kinds.Phone("电话"),
    "credit": kinds.CreditCode("信用代码"),
    "id": kinds.IdNumber("身份证"),
    "company": kinds.CompanyName("企业"),
    "person": kinds.PersonName("姓名"),
    "region": kinds.Region("地区"),
    "choice": kinds.Choice("等级", Level),
    "bool": kinds.Bool("是否"),
    "date": kinds.Date("日期"),
    "datetime": kinds.DateTime("时间"),
    "lunar": kinds.LunarDate("农历"),
}

ACCEPTED = [
    ("text", "  上海\t蓝屿 \u202e化工\u200b ", "上海 蓝屿 化工"),
    ("text", "𠮷野家👨‍👩‍👧🚀", "𠮷野家👨‍👩‍👧🚀"),
    ("text", 12.0, "12"),
    ("long", "一\r\n二  \r三\n", "一\n二\n三"),
    ("code", "ＫＨ－００１ ", "KH-001"),
    ("code", 20260001.0, "20260001"),
    ("email", " Gu.Wei＠Lanyu.CN ", "Gu.Wei@lanyu.cn"),
    ("integer", "1,234", 1234),
    ("integer", 12.0, 12),
    ("money", "1,234.5", Decimal("1234.50")),
    ("money", "¥12", Decimal("12.00")),
    ("money", "10.5万", Decimal("105000.00")),
    ("money", "１２３．４５", Decimal("123.45")),
    ("money", "￥1,2345元", Decimal("12345.00")),
    ("money", "(1,234.50)", Decimal("-1234.50")),
    ("money", "−3亿", Decimal("-300000000.00")),
    ("money", 0.1 + 0.2, Decimal("0.30")),
    ("money", 7, Decimal("7.00")),
    ("percent", "86.4%", Decimal("86.40")),
    ("percent", "0.5％", Decimal("0.50")),
    ("percent", 5, Decimal("5.00")),
    ("degrees", "31.2304161", Decimal("31.230416")),
    ("degrees", -12, Decimal("-12.000000")),
    ("mobile", "+86 138-0013-8000", "13800138000"),
    ("mobile", "１３８００１３８０００", "13800138000"),
    ("mobile", 13800138000.0, "13800138000"),
    ("mobile", "1.3800138000E+10", "13800138000"),
    ("mobile", "19912345678", "19912345678"),
    ("landline", "(021) 6234 5678", "021-62345678"),
    ("landline", "0512-62345678-801", "0512-62345678-801"),
    ("landline", "+86 21 62345678 转 12", "021-62345678-12"),
    ("landline", "4008001234", "400-800-1234"),
    ("phone", "13800138000", "13800138000"),
    ("phone", "021-62345678", "021-62345678"),
    ("credit", "91110000600037341l", "91110000600037341L"),
    ("credit", "９１１１０000600037341L", "91110000600037341L"),
    ("id", "11010519491231002x", "11010519491231002X"),
    ("company", "上海蓝屿化工（集团）有限公司", "上海蓝屿化工（集团）有限公司"),
    ("person", "曾 国 藩", "曾国藩"),
    ("person", "张  三", "张三"),
    ("region", "江苏省泰州市", "321200"),
    ("region", "江苏 · 泰州 · 海陵区", "321202"),
    ("region", "32", "320000"),
    ("region", "nanjing", "320100"),
    ("region", "恩施", "422800"),
    ("choice", "金卡", "gold"),
    ("choice", "GOLD", "gold"),
    ("bool", "√", True),
    ("bool", "否", False),
    ("bool", "", False),
    ("date", "2026.1.5", date(2026, 1, 5)),
    ("date", "2026年1月5日", date(2026, 1, 5)),
    ("date", "20260105", date(2026, 1, 5)),
    ("date", "2026-01-05 23:30:00", date(2026, 1, 5)),
    ("date", 45000, date(2023, 3, 15)),
    ("date", 59, date(1900, 2, 28)),
    ("date", 61.75, date(1900, 3, 1)),
    ("date", "1986-05-10", date(1986, 5, 10)),
    ("datetime", "2026/1/5 14:30", datetime(2026, 1, 5, 14, 30, tzinfo=dates.SHANGHAI)),
    ("datetime", "2026-01-05T06:30:00Z", datetime(2026, 1, 5, 14, 30, tzinfo=dates.SHANGHAI)),
    ("datetime", "2026年1月5日 下午2点30分", datetime(2026, 1, 5, 14, 30, tzinfo=dates.SHANGHAI)),
    ("lunar", "十月十五", "L10-15"),
    ("lunar", "闰六月初三", "L06r-03"),
    ("lunar", "腊月三十", "L12-30"),
    ("lunar", "农历10月15日", "L10-15"),
]


@pytest.mark.requirement("DAT-021")
@pytest.mark.parametrize(("kind", "raw", "value"), ACCEPTED)
def test_reads(kind, raw, value):
    assert KINDS[kind].clean_value(raw) == value
    column = KINDS[kind].clean_column([raw])
    assert (column.values, column.errors) == ([value], {})


REFUSED = [
    ("text", "a\x00b", "NUL"),
    ("text", "半\ud83d", "残缺"),
    ("text", "长" * 201, "当前 201 个字"),
    ("text", "", "必填"),
    ("text", True, "应为文字"),
    ("text", 110105194912310020, "15 位"),
    ("long", "x" * 100_001, "100001"),
    ("code", "1.23E+17", "科学计数"),
    ("email", "gu@", "应为 name@example.com"),
    ("integer", "12.5", "应为整数"),
    ("integer", "-1", "应不小于 0"),
    ("integer", "1e400", "应为数字"),
    ("money", "1O0", "字母"),
    ("money", "1,23", "应为数字"),
    ("money", "0.005", "两位小数"),
    ("money", float("inf"), "应为数字"),
    ("money", "9" * 17, "16 位"),
    ("money", "--1", "应为数字"),
    ("percent", 0.5, "歧义"),
    ("degrees", "90.1", "不大于 90"),
    ("degrees", "北纬", "应为数字"),
    ("mobile", "1380013800", "应为 11 位，当前 10 位"),
    ("mobile", "12345678901", "号段"),
    ("mobile", "1.38E+10", "科学计数"),
    ("landline", "62345678", "区号"),
    ("credit", "91110000600037341", "应为 18 位，当前 17 位"),
    ("credit", "9111000060003734OL", "第 17 位"),
    ("credit", "91110000600037342L", "校验位"),
    ("id", "110105194912310021", "校验位"),
    ("id", "110105194913310021", "出生日期"),
    ("id", "991105194912310021"[1:], "当前 17 位"),
    ("company", "1", "企业名称"),
    ("person", "张3", "姓名"),
    ("region", "鼓楼区", "有多个"),
    ("region", "taizhou", "浙江 · 台州"),
    ("region", "亚特兰蒂斯", "没有找到"),
    ("choice", "钻石", "金卡、普通"),
    ("bool", "也许", "应为“是”或“否”"),
    ("date", "1/5/2026", "歧义"),
    ("date", "2026-02-30", "没有这一天"),
    ("date", 60, "序号"),
    ("date", "明天", "应为日期"),
    ("date", "0001-01-01", "年份"),
    ("datetime", "2026-01-05 25:00", "没有这个时间"),
    ("lunar", "十三月初一", "农历"),
]


@pytest.mark.requirement("DAT-021")
@pytest.mark.parametrize(("kind", "raw", "part"), REFUSED)
def test_refuses_and_says_why(kind, raw, part):
    with pytest.raises(ValidationError) as caught:
        KINDS[kind].clean_value(raw)
    assert part in "".join(caught.value.messages)
    column = KINDS[kind].clean_column(["", raw] if KINDS[kind].blank else [raw])
    assert part in column.errors[len(column.values) - 1]
    assert column.values[-1] is None


@pytest.mark.requirement("DAT-021")
def test_messages_are_english_too_and_fields_hook_into_full_clean():
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        KINDS["mobile"].clean("1380013800", None)
    assert caught.value.messages
    assert KINDS["mobile"].clean("138 0013 8000", None) == "13800138000"


SHOWN = [
    ("money", Decimal(3864000), "¥3,864,000"),
    ("money", Decimal("-12.50"), "−¥12.50"),
    ("percent", Decimal("86.40"), "86.4%"),
    ("degrees", Decimal("-31.230416"), "−31.23042°"),
    ("integer", 1284, "1,284"),
    ("region", "321200", "江苏 · 泰州"),
    ("region", "110101", "北京 · 东城区"),
    ("region", "999999", "999999"),
    ("choice", "gold", "金卡"),
    ("bool", True, "是"),
    ("date", date(2026, 11, 20), "2026-11-20"),
    ("lunar", "L06r-23", "闰六月廿三"),
    ("text", None, "—"),
]


@pytest.mark.parametrize(("kind", "value", "text"), SHOWN)
def test_shows(kind, value, text):
    assert KINDS[kind].display(value) == text


MASKED = [
    ("mobile", "13800138000", "138****8000"),
    ("landline", "021-62343360-801", "021-****3360"),
    ("landline", "400-800-1234", "400-****1234"),
    ("phone", "13800138000", "138****8000"),
    ("phone", "021-62343360", "021-****3360"),
    ("id", "11010519491231002X", "1101****002X"),
    ("credit", "91110000600037341L", "9111****341L"),
    ("email", "guwei@lanyu.cn", "g***@lanyu.cn"),
    ("person", "顾维", "顾**"),
    ("person", "欧阳修文", "欧阳**"),
    ("person", "Grace Hopper", "G**"),
    ("text", "机密", "****"),
    ("money", Decimal(5), "****"),
    ("mobile", "", "—"),
]


@pytest.mark.parametrize(("kind", "value", "text"), MASKED)
def test_masks(kind, value, text):
    assert KINDS[kind].mask(value) == text


def test_personal_kinds_are_known_and_may_be_changed():
    personal = {name for name, kind in KINDS.items() if kind.personal}
    assert personal == {"email", "mobile", "landline", "phone", "id", "person"}
    assert kinds.Text("备注", personal=True).personal


def test_money_in_summaries():
    money = KINDS["money"]
    texts = [
        money.brief(Decimal(number)) for number in ("9999.50", "3864000", "120000000", "-25000")
    ]
    assert texts == ["¥9,999.50", "¥386.4万", "¥1.2亿", "−¥2.5万"]
    with translation.override("en"):
        assert money.brief(Decimal(3864000)) == "¥3.9M"
    assert kinds.Money("额", currency="BRL").display(Decimal(5)) == "R$5"


@pytest.mark.requirement("DAT-022")
@pytest.mark.parametrize("head", ["91330000", "N2310115", "Y1110105", "A1440300", "52110000"])
def test_credit_code_finds_every_wrong_character(head):
    from zhike.kernel.kinds.registry_codes import ALPHABET, CREDIT_WEIGHTS

    body = head + "71092MA5X"
    total = sum(
        ALPHABET.index(char) * weight for char, weight in zip(body, CREDIT_WEIGHTS, strict=True)
    )
    code = body + ALPHABET[-total % 31]
    kind = KINDS["credit"]
    assert kind.clean_value(code.lower()) == code
    wrong = [
        code[:at] + char + code[at + 1 :]
        for at in range(18)
        for char in ALPHABET
        if char != code[at]
    ]
    column = kind.clean_column([code, *wrong])
    assert column.values[0] == code
    assert len(column.errors) == len(wrong) == 18 * 30


@pytest.mark.requirement("DAT-023")
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("华为技术有限公司", "華為技術股份有限公司", True),
        ("上海蓝屿化工（集团）有限公司", "上海蓝屿化工(集团) 有限责任公司", True),
        ("ＡＢＣ化工有限公司", "abc 化工", True),
        ("ABC Chemical Co., Ltd.", "abc chemical", True),
        ("蓝屿化工有限公司", "蓝屿化工有限公司深圳分公司", False),
        ("蓝屿（上海）化工有限公司", "蓝屿（深圳）化工有限公司", False),
    ],
)
def test_company_names_compare_in_normal_form(one, other, same):
    assert (names.normalise(one) == names.normalise(other)) is same


def test_company_name_that_is_only_a_legal_form_is_kept():
    assert names.normalise("集团有限公司")


@pytest.mark.requirement("DAT-037")
def test_names_are_family_name_first_and_addressed_as_preferred():
    assert names.split_name("欧阳修文") == ("欧阳", "修文")
    assert names.split_name("Grace Hopper") == ("Hopper", "Grace")
    assert names.salutation("曾国藩", "总") == "曾总"
    assert names.salutation("Grace Hopper", "Dr.") == "Dr. Hopper"
    people = ["曾国藩", "Zoe", "单雄信", "林冲", "李逵", "阿Q"]
    assert sorted(people, key=KINDS["person"].sort_key) == [
        "Zoe",
        "阿Q",
        "李逵",
        "林冲",
        "单雄信",
        "曾国藩",
    ]


def test_regions_have_layers():
    assert len(region.children()) == 34
    assert "海陵区" in [each.name for each in region.children("321200")]
    assert "东城区" in [each.name for each in region.children("110000")]
    assert kinds.Region.under("321200") == {"startswith": "3212"}


def test_dates_of_old_macintosh_files():
    assert KINDS["date"].clean_column([0, 44000.5], date1904=True).values == [
        date(1904, 1, 1),
        date(2024, 6, 19),
    ]


def test_lunar_birthday_comes_once_in_each_of_sixty_years():
    for value in ("L12-30", "L06r-15", "L01-01", "L10-15"):
        days = [dates.gregorian(value, year) for year in range(2000, 2060)]
        assert all(340 < (later - earlier).days < 400 for earlier, later in pairwise(days))
    assert dates.gregorian("L01-01", 2027) == date(2027, 2, 6)
    assert dates.gregorian("L06r-15", 2025) == date(2025, 8, 8)
    assert kinds.LunarDate.next_occurrence("L10-15", date(2026, 11, 23)) == date(2026, 11, 23)


def test_choice_knows_its_colours():
    assert (
        KINDS["choice"].tone("gold"),
        KINDS["choice"].tone("plain"),
        KINDS["choice"].tone("gone"),
    ) == ("hu", "", "")
    assert KINDS["choice"].api_schema()["enum"] == ["gold", "plain"]


@pytest.mark.parametrize(
    "name", ["a.exe", "合同.pdf.exe", "x.exe.jpg", "图\u202egpj.doc", "page.HTML", "nul\x01.pdf"]
)
def test_attachment_refuses_disguised_names(name):
    file = SimpleUploadedFile("a.pdf", b"x")
    file._name = name
    with pytest.raises(ValidationError):
        kinds.Attachment("附件").clean_value(file)


def test_attachment_is_stored_under_a_name_of_ours(monkeypatch):
    path = attachment.attachment_path(None, "../../etc/采购 合同?.PDF")
    assert path.startswith("attachments/")
    assert path.endswith("/采购_合同.pdf")
    assert ".." not in path
    kind = kinds.Attachment("附件")
    assert kind.clean_value(SimpleUploadedFile("合同.pdf", b"x")).name == "合同.pdf"
    monkeypatch.setattr(attachment, "MAX_BYTES", 2)
    with pytest.raises(ValidationError, match="MB"):
        kind.clean_value(SimpleUploadedFile("合同.pdf", b"xyz"))
    assert kind.headers(path)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "kind", [*KINDS.values(), kinds.Attachment("附件"), kinds.Owner("负责人"), kinds.Unit("部门")]
)
def test_migrations_name_the_public_path_and_rebuild_the_field(kind):
    _name, path, args, kwargs = kind.deconstruct()
    assert path == f"zhike.kernel.kinds.{type(kind).__name__}"
    again = type(kind)(*args, **kwargs)
    assert again.deconstruct()[1:] == kind.deconstruct()[1:]
    assert f"zhike.kernel.kinds.{type(kind).__name__}(" in MigrationWriter.serialize(kind)[0]


def test_options_survive_migrations():
    money = kinds.Money("额", currency="USD", minimum=0, personal=True)
    kwargs = money.deconstruct()[3]
    assert (kwargs["currency"], kwargs["minimum"], kwargs["personal"]) == ("USD", 0, True)


def test_english_calls_the_row_behind_a_link_by_the_name_of_one():
    link = kinds.Link(gettext_lazy("客户"), "customers.Customer")
    assert str(link.verbose_name) == "客户"
    with translation.override("en"):
        assert str(link.verbose_name) == "Customer"
        assert gettext("客户") == "Customers"
        assert str(kinds.Owner(gettext_lazy("负责人")).verbose_name) == gettext("负责人")
