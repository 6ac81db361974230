"""What an action may return to the person who pressed its button."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The end of an action as the doors tell it.

    Attributes:
        text: what was done, for the toast; empty = the action's title.
        undo: address whose POST takes it back; empty = cannot be taken back.
        url: where to go next; empty = the record's page.
        count: how many rows a set action changed.
    """

    text: str = ""
    undo: str = ""
    url: str = ""
    count: int | None = None
