"""Joint draws of every assumption from one seed.

Flow: evidence.registry -> THIS -> footprints.appraisal, footprints.stability
In: a Registry and a seed. Out: arrays of shape (D,), one per assumption. No clock, no global
state. The same draws serve every candidate, so differences between plans are not noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.special import betaincinv, ndtri
from scipy.stats import qmc

from totalplace.errors import InputError
from totalplace.evidence.registry import PERT_WEIGHT, Distribution, Parameter, Registry
from totalplace.types import FloatArray

MAX_DRAWS = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """D joint draws of every assumption, in the unit of each row of the registry."""

    values: Mapping[str, FloatArray]  # id -> (D,), read-only
    registry: Registry
    n: int  # D, a power of two
    seed: int

    def __getitem__(self, parameter_id: str) -> FloatArray:
        """Draws of one assumption, shape (D,); constant if it does not vary.

        Raises:
            ParameterError: There is no such assumption; suggests the nearest.
        """
        return self.values[self.registry[parameter_id].id]

    @property
    def registry_sha256(self) -> str:
        """Hash of the assumptions drawn from."""
        return self.registry.sha256

    def central(self) -> dict[str, float]:
        """The central value of every assumption, by id."""
        return self.registry.central


def draw(registry: Registry, *, n: int = 512, seed: int) -> Draws:
    """Draw all assumptions jointly: scrambled Sobol points through each inverse distribution.

    Every assumption with a distribution has one dimension, in ascending order of id, and keeps
    it when held at a value, so holding one leaves the draws of the others as they were. Each
    coordinate is moved to the middle of its own 1/D stratum: every margin is then the same for
    every seed, a symmetric distribution's draws average exactly its mean, and only the pairing
    of the assumptions with one another depends on the seed.

    Args:
        registry: The assumptions; taken to be independent of one another.
        n: How many draws, rounded up to a power of two (Sobol points are balanced only then).
        seed: Same seed, same draws.

    Raises:
        InputError: ``n`` is below 1 or above 1,048,576, or the seed is negative.

    Source: Owen (1998), Journal of Complexity 14(4), 466-489 (scrambled points).
    """
    if not 1 <= n <= MAX_DRAWS:
        raise InputError(f"The number of draws must be from 1 to {MAX_DRAWS:,}, not {n:,}.")
    if seed < 0:
        raise InputError(f"A seed is a whole number from 0 up, not {seed}.")
    power = (n - 1).bit_length()
    size = 2**power
    drawn = [row.id for row in registry if row.distribution is not Distribution.FIXED]
    points = qmc.Sobol(len(drawn), scramble=True, rng=seed).random_base2(power)  # (D, P)
    centred = dict(zip(drawn, ((np.floor(points * size) + 0.5) / size).T, strict=True))
    middle = np.full(size, 0.5)  # for what does not vary; its quantile is the value
    values = {row.id: quantile(row, centred.get(row.id, middle)) for row in registry}
    for array in values.values():
        array.flags.writeable = False
    return Draws(values=MappingProxyType(values), registry=registry, n=size, seed=seed)


def quantile(parameter: Parameter, share: FloatArray) -> FloatArray:
    """The inverse distribution function of one assumption.

    Args:
        parameter: The assumption.
        share: Shape (D,), each strictly between 0 and 1.

    Returns:
        Shape (D,), in the assumption's unit; constant if it does not vary.
    """
    value, low, width = parameter.value, parameter.low, parameter.high - parameter.low
    if not parameter.varies:
        return np.full(share.shape, value)
    if parameter.distribution is Distribution.NORMAL:
        return np.asarray(value + (parameter.sd or 0.0) * ndtri(share))
    if parameter.distribution is Distribution.UNIFORM:
        return low + width * share
    mean = (value - low) / width
    return np.asarray(low + width * betaincinv(PERT_WEIGHT * mean, PERT_WEIGHT * (1 - mean), share))
