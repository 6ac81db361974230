"""Reads of classes, segments and the lifecycle."""

from zhike.segments.queries.explain import Held, explain_classes
from zhike.segments.queries.facts import facts_of
from zhike.segments.queries.mix import classes_of, counts, overview, with_class_on
from zhike.segments.queries.simulate import simulate

__all__ = [
    "Held",
    "classes_of",
    "counts",
    "explain_classes",
    "facts_of",
    "overview",
    "simulate",
    "with_class_on",
]
