"""Reads of the pool; the simulator of its recycling registers itself."""

from zhike.pool.queries.simulate import simulate

__all__ = ["simulate"]
