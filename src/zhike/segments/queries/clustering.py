"""K-means over many customers at once; the rule itself is ``policies.clusters``."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Clustering:
    """A fitted model: ``labels`` per row, ``centres`` standardised, richest group first.

    ``means`` and ``spreads`` standardise the logarithms; ``inertia`` is the sum of squared
    distances to the centres.
    """

    labels: Labels
    centres: Floats
    means: Floats
    spreads: Floats
    inertia: float


def cluster(values: Floats, groups: int, seed: int, rounds: int) -> Clustering:
    """Return the groups of rows of (recency, frequency, money), deterministic for its arguments.

    There may be fewer groups than asked for where fewer rows differ.
    """
    scaled = np.log1p(np.maximum(values, 0.0))
    means, spreads = scaled.mean(axis=0), scaled.std(axis=0)
    spreads = np.where(spreads > 0, spreads, 1.0)
    points = (scaled - means) / spreads
    centres = _begun(points, groups, np.random.default_rng(seed))
    labels = _nearest(points, centres)
    for _round in range(rounds):
        centres = np.array(
            [points[labels == n].mean(axis=0) if (labels == n).any() else centres[n]
             for n in range(len(centres))]
        )  # fmt: skip
        moved = _nearest(points, centres)
        if np.array_equal(moved, labels):
            break
        labels = moved
    kept = [n for n in range(len(centres)) if (labels == n).any()]
    order = sorted(kept, key=lambda n: (-values[labels == n, 2].mean(), n))
    renamed = np.zeros(len(centres), dtype=np.int64)
    renamed[order] = np.arange(len(order))
    labels, centres = renamed[labels], centres[order]
    inertia = float(((points - centres[labels]) ** 2).sum())
    return Clustering(labels, centres, means, spreads, inertia)


def _begun(points: Floats, groups: int, dice: np.random.Generator) -> Floats:
    """Return the first centres by k-means++: far ones are likelier."""
    chosen = [points[int(dice.integers(len(points)))]]
    far = ((points - chosen[0]) ** 2).sum(axis=1)
    while len(chosen) < groups and far.sum() > 0:
        following = points[int(dice.choice(len(points), p=far / far.sum()))]
        chosen.append(following)
        far = np.minimum(far, ((points - following) ** 2).sum(axis=1))
    return np.array(chosen)


def _nearest(points: Floats, centres: Floats) -> Labels:
    """Return the nearest centre of each row, one centre at a time: memory stays at the rows."""
    best = np.full(len(points), np.inf)
    labels = np.zeros(len(points), dtype=np.int64)
    for number, centre in enumerate(centres):
        far = ((points - centre) ** 2).sum(axis=1)
        nearer = far < best
        labels[nearer], best[nearer] = number, far[nearer]
    return labels
