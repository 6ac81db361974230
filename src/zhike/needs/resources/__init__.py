"""How needs and what belongs to them are seen on every door."""

from zhike.needs.resources import board, insight, meetings, need, projects

__all__ = ["board", "insight", "meetings", "need", "projects"]
