"""Paper: a document as PDF with an embedded Chinese font, made without network or other programs.

The same content and moment give the same bytes, so that a hash of them proves what was signed.
"""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONT = Path(__file__).parent / "data" / "NotoSansSC-Subset.otf"
MARGIN, LINE, SMALL, TITLE, HEADING = 18, 6.5, 9, 18, 13


class Paper:
    """An A4 document written from top to bottom."""

    def __init__(self, title: str, at: dt.datetime) -> None:
        self._pdf = pdf = FPDF(format="A4")
        pdf.set_margins(MARGIN, MARGIN, MARGIN)
        pdf.set_auto_page_break(auto=True, margin=MARGIN)
        pdf.add_font("zk", "", FONT)
        pdf.set_title(title)
        pdf.set_creation_date(at)
        pdf.add_page()
        self._write(title, TITLE, 11)

    def heading(self, text: str) -> None:
        """Begin a section."""
        self._pdf.ln(3)
        self._write(text, HEADING, 8)

    def line(self, text: str) -> None:
        """Write a paragraph."""
        self._write(text, 10.5, LINE)

    def note(self, text: str) -> None:
        """Write a small grey line."""
        self._pdf.set_text_color(110)
        self._write(text, SMALL, 5)
        self._pdf.set_text_color(0)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Draw a table; its head stands on every page."""
        self._pdf.set_font("zk", size=SMALL)
        with self._pdf.table(first_row_as_headings=False, line_height=LINE) as table:
            for cells in (head, *rows):
                row = table.row()
                for cell in cells:
                    row.cell(known(cell))

    def bytes(self) -> bytes:
        """Return the finished file."""
        try:
            return bytes(self._pdf.output())
        finally:
            for font in self._pdf.fonts.values():
                font.close()  # type: ignore[union-attr]

    def _write(self, text: str, size: float, height: float) -> None:
        self._pdf.set_font("zk", size=size)
        self._pdf.multi_cell(0, height, known(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def known(text: str) -> str:
    """Return the text with a sign in the place of each character that the font lacks."""
    return "".join(char if ord(char) in _covered() or char == "\n" else "□" for char in text)


@cache
def _covered() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
