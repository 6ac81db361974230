"""Suggestions with their evidence: the sentence in its text, and the terms that were heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhike.interactions.queries.voice import voices
from zhike.kernel.actor import Actor
from zhike.needs.models import Suggestion
from zhike.needs.policies.listening import spans

AROUND = 120  # characters of the text before and after the sentence


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``tone`` is empty, ``quote`` (the sentence) or ``word`` (a term in it)."""

    text: str
    tone: str


@dataclass(frozen=True)
class Heard:
    """A suggestion with its evidence; ``url`` is empty where the reader may not open the source."""

    row: Suggestion
    pieces: Sequence[Piece]
    title: str
    url: str


def open_suggestions(by: Actor, limit: int = 40) -> list[Heard]:
    """Return what waits for a decision, the latest first: one statement for each kind of source."""
    rows = Suggestion.objects.visible_to(by).filter(status=Suggestion.Status.OPEN)
    found = rows.select_related("customer", "type", "owner").order_by("-id")[:limit]
    return with_evidence(list(found), by)


def with_evidence(rows: Sequence[Suggestion], by: Actor) -> list[Heard]:
    """Return the rows with their evidence as far as the reader may see the texts."""
    texts: dict[tuple[str, int], str] = {}
    for key in {row.source for row in rows if row.source in voices}:
        ids = [row.source_id for row in rows if row.source == key]
        if by.may(key, "view"):
            found = voices[key].seen(ids, by)
            texts |= {(key, pk): text for pk, text in found.items()}
    return [_heard(row, texts.get((row.source, row.source_id))) for row in rows]


def _heard(row: Suggestion, text: str | None) -> Heard:
    voice = voices.get(row.source)
    url = f"/{row.source.replace('.', '/')}/{row.source_id}/" if text is not None else ""
    return Heard(row, pieces(row, text or ""), str(voice.title) if voice else "", url)


def pieces(row: Suggestion, text: str) -> list[Piece]:
    """Return the text around the sentence, the sentence, and the terms in it."""
    quote = str(row.quote)
    at = text.find(quote)
    before = text[max(at - AROUND, 0) : at] if at > 0 else ""
    after = text[at + len(quote) :][:AROUND] if at >= 0 else ""
    found = [Piece(before, "")] if before else []
    found += _marked(quote, str(row.words).split("、"))
    return [*found, Piece(after, "")] if after else found


def _marked(quote: str, words: Sequence[str]) -> list[Piece]:
    hot = sorted(span for word in words if word for span in spans(quote, word))
    found, at = [], 0
    for start, end in hot:
        if start < at:
            continue
        if start > at:
            found.append(Piece(quote[at:start], "quote"))
        found.append(Piece(quote[start:end], "word"))
        at = end
    return [*found, Piece(quote[at:], "quote")] if at < len(quote) else found
