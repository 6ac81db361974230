"""A needs document as a Word file."""

import io
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from zhike.identity.queries import company_name
from zhike.needs.queries.documents import DocumentText

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HAN_FONT = "SimSun"
BODY = Pt(10.5)  # 五号, the usual size of a Chinese document


def word_file(text: DocumentText) -> bytes:
    """Return the bytes of a .docx with title, facts, clauses and the signatures of the team."""
    row = text.row
    paper = Document()
    _fonts(paper)
    paper.core_properties.title = str(row)
    paper.core_properties.author = str(row.owner or "")
    paper.core_properties.comments = ""
    paper.add_heading(clean(str(row.title)), level=0)
    table = paper.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, value in facts_of(text):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, clean(value)
    for clause in text.clauses:
        paper.add_heading(clean(f"{clause.number}. {clause.heading}"), level=1)
        for line in clause.text.splitlines():
            paper.add_paragraph(clean(line))
    if text.readers:
        paper.add_heading(_("项目组签收"), level=1)
        for reader in text.readers:
            signed = _day(reader.read_at) or _("未签收")
            paper.add_paragraph(clean(f"{reader.name}  {signed}"))
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def facts_of(text: DocumentText) -> list[tuple[str, str]]:
    """Return the facts of the title block, those without a value left out."""
    row = text.row
    found = [
        (_("编制单位"), company_name()),
        (_("版次"), _("第 %d 版") % row.number),
        (_("状态"), str(row.get_status_display())),
        (_("客户"), str(row.customer or "")),
        (_("客户项目"), str(row.project or "")),
        (_("来自会议"), str(row.meeting or "")),
        (_("编制人"), str(row.owner or "")),
        (_("审批人"), f"{row.decided_by or ''} {_day(row.decided_at)}".strip()),
        (_("修订说明"), str(row.change_note)),
    ]
    return [(name, value) for name, value in found if value]


def clean(text: str) -> str:
    """Return text without the control characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or (ord(c) >= 32 and not 0xFFFE <= ord(c) <= 0xFFFF)
    )


def _day(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d") if moment else ""


def _fonts(paper: Any) -> None:
    for name in ("Normal", "Title", "Heading 1"):
        style = paper.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HAN_FONT)
    paper.styles["Normal"].font.size = BODY
