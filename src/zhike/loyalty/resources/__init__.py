"""How care, gifts, activities, relations and win-back are seen on every door."""

from zhike.loyalty.resources import activities, care, gifts, relations, winback

__all__ = ["activities", "care", "gifts", "relations", "winback"]
