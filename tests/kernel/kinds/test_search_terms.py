"""Pinyin and search terms: what is indexed and which queries meet it."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.chinese import pinyin, terms, vectors
from zhike.kernel import kinds


def matches(query: str, lexemes: list[str], **options: bool) -> bool:
    """PostgreSQL's answer to the query, worked out in Python."""

    def met(piece: str) -> bool:
        code = piece
        for term, prefix in sorted(set(terms.lexemes_of(piece)), key=len, reverse=True):
            hit = any(each.startswith(term) for each in lexemes) if prefix else term in lexemes
            code = code.replace(f"'{term}':*" if prefix else f"'{term}'", str(hit))
        return bool(eval(code.replace("|", " or ").replace("&", " and ")))

    pieces = terms.query_terms(query, **options)
    return bool(pieces) and all(met(piece) for piece in pieces)


NAMES = [
    (
        "曾国藩",
        [
            "zgf",
            "zengguofan",
            "曾",
            "曾国",
            "国藩",
            "zengguof",
            "guofan",
            "cengguofan",
            "gf",
            "藩",
            "曾國",
        ],
    ),
    (
        "华东蓝屿化工有限公司",
        ["hdly", "蓝屿", "华东ly", "lanyu", "hdlyhgyxgs", "化工", "蓝", "huadonglanyu", "東藍"],
    ),
    ("重庆长安汽车", ["chongqing", "cqca", "changan", "chongqingchangan"]),
    ("厦门长城精细", ["xiamen", "xmcc", "changcheng"]),
    ("单雄信", ["shanxiongxin", "sxx", "danxiongxin"]),
    ("欧阳修", ["ouyangxiu", "oyx", "欧阳"]),
    ("西安ABC化工 Bayer-AG", ["xian", "abc", "bayer", "xaabc", "bayer-ag", "ABC 化工", "西安 bay"]),
    ("3M中国", ["3m", "中国", "3mzg"]),
]


@pytest.mark.requirement("DAT-038", "DAT-037")
@pytest.mark.parametrize(
    ("name", "query"), [(name, query) for name, queries in NAMES for query in queries]
)
def test_names_are_found(name, query):
    assert matches(query, terms.name_terms(name)), terms.query_terms(query)


@pytest.mark.requirement("DAT-038")
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("曾国藩", "国曾"),
        ("曾国藩", "zgg"),
        ("华东蓝屿", "huaxi"),
        ("华东蓝屿", "屿华"),
        ("华东", ""),
    ],
)
def test_others_are_not(name, query):
    assert not matches(query, terms.name_terms(name))


@pytest.mark.requirement("DAT-038")
def test_fragments_of_codes_and_telephones():
    code = kinds.Code("编号").search_terms("KH-2026-00123")
    assert all(
        matches(query, code)
        for query in ["KH-2026", "00123", "kh2026001", "026001", "kh-2026-00123", "123"]
    )
    assert not matches("00124", code)
    mobile = kinds.Mobile("手机").search_terms("13812345678")
    assert all(
        matches(query, mobile)
        for query in ["5678", "138", "138 1234 5678", "+86 138-1234-5678", "13812345678"]
    )
    assert matches("345678", mobile, masked=False)
    assert matches("1381234", mobile, masked=False)
    line = kinds.Landline("座机").search_terms("021-62343360-801")
    assert matches("3360", line)
    email = kinds.Email("邮箱").search_terms("gu.wei@lanyu.cn")
    assert matches("Gu.Wei@lanyu.cn", email)
    assert not matches("gu", email)


@pytest.mark.requirement("DAT-038")
def test_masked_digits_cannot_be_guessed_one_by_one():
    mobile = kinds.Mobile("手机").search_terms("13812345678")
    assert not any(
        matches(query, mobile) for query in ["45678", "345678", "1381", "1381234", "3812345678"]
    )


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_query_is_well_formed(query):
    for piece in terms.query_terms(query):
        plain = terms.re.sub(r"'[^'\\]+'(:\*)?", "T", piece)
        assert set(plain) <= set("T()|& ")
        assert plain.count("(") == plain.count(")")
        assert eval(plain.replace("T", "True").replace("|", " or ").replace("&", " and "))
    assert all(
        term and "\x00" not in term for term in terms.name_terms(query) + terms.code_terms(query)
    )


@pytest.mark.parametrize(
    "name", ["恒源化工", "西安远大", "无锡云帆", "恩安亚欧", "翁牛特旗", "延安"]
)
@pytest.mark.requirement("DAT-037")
def test_every_beginning_of_two_syllables_is_found(name):
    lexemes = terms.name_terms(name)
    for left, right in itertools.pairwise(pinyin.syllables(name)):
        for end in range(1, len(right) + 1):
            assert matches(left + right[:end], lexemes), left + right[:end]


def test_two_whole_syllables_are_looked_up_whole():
    whole = [
        piece for piece, prefix in terms.lexemes_of(terms.to_tsquery("hengyuan")) if not prefix
    ]
    assert "yhengyuan" in whole
    assert ("yhengy", True) in terms.lexemes_of(terms.to_tsquery("hengy"))


@pytest.mark.parametrize("surname", ["单", "曾", "解", "仇", "朴", "查", "区"])
@pytest.mark.requirement("DAT-037")
def test_surnames_have_their_own_reading(surname):
    expected = {
        "单": "shan",
        "曾": "zeng",
        "解": "xie",
        "仇": "qiu",
        "朴": "piao",
        "查": "zha",
        "区": "ou",
    }[surname]
    assert pinyin.full(f"{surname}明", surname=True) == f"{expected}ming"
    assert pinyin.initials("阿Q2明") == "aq2m"


def test_compound_surnames_are_read_as_such():
    readings = [
        pinyin.syllables(name, surname=True)[:2]
        for name in ("万俟卨", "尉迟恭", "令狐冲", "长孙无忌")
    ]
    assert readings == [["mo", "qi"], ["yu", "chi"], ["ling", "hu"], ["zhang", "sun"]]


def test_sort_key_orders_like_a_dictionary():
    names = ["张伟", "Apple", "安徽", "阿里", "360安全", "林", "李四", "北京"]
    assert sorted(names, key=pinyin.sort_key) == [
        "360安全",
        "Apple",
        "阿里",
        "安徽",
        "北京",
        "李四",
        "林",
        "张伟",
    ]


def test_terms_are_quick_enough_for_imports():
    names = [
        f"{first}{second}化工科技有限公司"
        for first in "华东蓝屿江南重庆"
        for second in "瑞丰长安明德远创"
    ] * 20
    terms.name_terms(names[0])
    start = time.process_time()
    for name in names:
        terms.name_terms(name)
    assert len(names) / (time.process_time() - start) > 2_000  # about 30,000 on a quiet machine


WRITTEN = [
    "嘉兴恒铭达新材料有限公司", "重庆长城有限公司", "曾国藩", "欧阳修", "華為技術", "ＡＢＣ贸易（苏州）",
    "O'Brien \\ 顾家", "厦", "〇〇", "Acme Ltd", "老百姓大药房123", "中国中国中国", "\U00020000", "!!",
]  # fmt: skip


@pytest.mark.parametrize("text", [*WRITTEN, "KH-2021/0001", "kh 1", "8", "--", "Ａ１２", "x" * 120])
@pytest.mark.parametrize("read", [terms.name_terms, terms.code_terms, terms.digits_terms])
def test_a_column_of_literals_says_what_the_terms_say(read, text):
    (found,) = vectors.column(read, [text])
    pieces = re.findall(r"'((?:[^'\\]|''|\\\\)*)'|([^'\s]+)", found)
    lexemes = {(quoted or bare).replace("''", "'").replace("\\\\", "\\") for quoted, bare in pieces}
    assert lexemes == set(read(text))
    assert vectors.column(read, ["", None]) == ["", ""]
