"""Gradient-boosted decision trees for two classes, small and the same on every machine.

Features are cut into a few bins by their quantiles; every tree is grown to a depth by the split
of each node that lowers the log loss most (Friedman 2001, with second-order leaf values as in
Chen and Guestrin 2016). No randomness; values are rounded before they are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any  # numpy's arrays: their shapes say more than their types
Tree = list[Any]


@dataclass(frozen=True, slots=True)
class Growth:
    """How the trees grow."""

    trees: int = 60
    depth: int = 2
    rate: float = 0.15
    bins: int = 16
    weight: float = 15.0  # least weight of a leaf
    ridge: float = 4.0


def edges(rows: Array, bins: int) -> list[Array]:
    """For each column the values at which it is cut: at most ``bins`` - 1."""
    shares = np.linspace(0, 1, bins + 1)[1:-1]
    cuts = [np.unique(np.round(np.quantile(column, shares), 3)) for column in rows.T]
    # A flag that is rarely set has all its quantiles at one value.
    return [
        np.unique(np.append(c, 0.5)) if set(np.unique(column)) <= {-1.0, 0.0, 1.0} else c
        for c, column in zip(cuts, rows.T, strict=True)
    ]


def fit(rows: Array, truth: Array, weight: Array, growth: Growth) -> tuple[float, list[Tree]]:
    """Bias and trees whose sum is the log-odds of ``truth``."""
    cuts = edges(rows, growth.bins)
    pairs = zip(cuts, rows.T, strict=True)
    binned = np.stack([np.searchsorted(c, column, side="left") for c, column in pairs], axis=1)
    share = float(np.average(truth, weights=weight))
    bias = round(float(np.log(share / (1 - share))), 4)
    score = np.full(len(truth), bias)
    trees: list[Tree] = []
    everyone = np.arange(len(truth))
    for _ in range(growth.trees):
        chance = 1 / (1 + np.exp(-score))
        slope, bend = weight * (truth - chance), weight * chance * (1 - chance)
        tree, gain = _grow((binned, cuts), (slope, bend), everyone, growth.depth, growth)
        score += gain
        trees.append(tree)
    return bias, trees


def _grow(
    data: tuple[Array, list[Array]], loss: tuple[Array, Array], at: Array, depth: int, how: Growth
) -> tuple[Tree, Array]:
    """A node over the rows ``at``, and what it adds to each row's score."""
    binned, cuts = data
    slope, bend = loss
    value = round(float(how.rate * slope[at].sum() / (bend[at].sum() + how.ridge)), 4)
    split = _best_split(binned, loss, at, how) if depth else None
    if split is None:
        added = np.zeros(len(slope))
        added[at] = value
        return [value], added
    feature, place = split
    below = binned[at, feature] <= place
    left, a = _grow(data, loss, at[below], depth - 1, how)
    right, b = _grow(data, loss, at[~below], depth - 1, how)
    return [feature, float(cuts[feature][place]), left, right], a + b


def _best_split(
    binned: Array, loss: tuple[Array, Array], at: Array, how: Growth
) -> tuple[int, int] | None:
    """The (feature, bin) that gains most, or none that gains."""
    width, size = how.bins + 2, binned.shape[1]
    flat = (binned[at] + np.arange(size) * width).ravel()
    sums = [
        np.bincount(flat, np.repeat(part[at], size), size * width).reshape(size, width)
        for part in loss
    ]
    slope, bend = (np.cumsum(part, axis=1)[:, :-1] for part in sums)
    total, mass = float(loss[0][at].sum()), float(loss[1][at].sum())
    gain = slope**2 / (bend + how.ridge) + (total - slope) ** 2 / (mass - bend + how.ridge)
    gain = gain - total**2 / (mass + how.ridge)
    light = (bend < how.weight / 4) | (mass - bend < how.weight / 4)
    gain = np.round(np.where(light, -1.0, gain), 6)
    feature, place = np.unravel_index(int(np.argmax(gain)), gain.shape)
    return (int(feature), int(place)) if gain[feature, place] > 1e-3 else None
