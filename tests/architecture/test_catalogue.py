"""Every text of the interface has its English, with the same placeholders."""

from lunar_python import Lunar

from tests.architecture import catalogue
from zhike.site import messages


def test_every_text_has_its_english():
    missing = catalogue.untranslated()
    assert missing == [], f"{len(missing)} without English"


def test_the_files_agree_and_placeholders_match():
    assert len(messages.merged()) > 100  # raises where two files or two placeholders differ


def test_templates_hold_no_bare_chinese():
    assert catalogue.bare_chinese_in_templates() == []


def test_scripts_hold_no_chinese():
    assert catalogue.scripts_texts() == []


def test_modules_hold_no_bare_chinese():
    assert catalogue.bare_chinese_in_modules() == []


def test_every_entry_stands_somewhere_in_the_product():
    """Texts of data (festivals, shipped cards) are named in no call, but stand in the sources."""
    known = {*Lunar.JIE_QI}  # the solar terms, which a library names
    left = [text for text in catalogue.unused() if text not in catalogue.sources()]
    assert set(left) - known == set()


def test_a_planted_text_without_english_is_found(tmp_path):
    (tmp_path / "locale_en").mkdir()
    (tmp_path / "locale_en" / "a.yaml").write_text("保存: Save\n", encoding="utf-8")
    (tmp_path / "a.py").write_text('x = _("保存"), _("缺少"), N_("规则 {n}")\n', encoding="utf-8")
    (tmp_path / "a.html").write_text(
        "{% translate '保存' %}{% translate '页面' %}"
        "{% blocktranslate count n=n %}{{ n }} 家{% plural %}{{ n }} 家{% endblocktranslate %}裸字",
        encoding="utf-8",
    )
    found = [line.partition(": ")[2] for line in catalogue.untranslated(tmp_path)]
    assert sorted(found) == sorted(["缺少", "规则 {n}", "页面", "%(n)s 家"])
    assert catalogue.bare_chinese_in_templates(tmp_path) == ["a.html:1: 裸字"]


def test_a_planted_bare_text_in_a_module_is_found(tmp_path):
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales" / "x.py").write_text('"""文档。"""\nraise E("裸字")\nf(_("好"))\n')
    assert catalogue.bare_chinese_in_modules(tmp_path) == ["sales/x.py:2: 裸字"]
