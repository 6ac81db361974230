"""How the rows of talking with customers are seen on every door."""

from zhike.interactions.resources import communication, logged, registers

__all__ = ["communication", "logged", "registers"]
