"""Split a service's pay and running costs into the five layers. Pure arithmetic.

Flow: money.spend, drawn shares -> THIS -> footprints.value

Returns give pay and running costs; everything beyond that is an assumption, so the shares are
arguments and may be whole arrays of draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.errors import InputError
from totalplace.types import LAYERS, FloatArray, Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerShares:
    """The assumed shares, each a number or an array that broadcasts against the spend.

    For D draws over N authorities give shape (D, 1): the split then has shape (D, N, L).
    """

    management: float | FloatArray  # of pay
    commissioning: float | FloatArray  # of gross spend
    support: float | FloatArray  # of gross spend


def split_layers(
    pay: FloatArray,
    running: FloatArray,
    shares: LayerShares,
    *,
    buys_placements: bool,
    whole_layer: Layer | None = None,
) -> FloatArray:
    """Split spend into front line, placements, management, commissioning and support.

    Management is a share of pay; commissioning and support are shares of gross spend and are
    taken out of running costs first, where such charges are booked. Where the service buys
    placements the running costs that remain are the placements layer. Everything else is front
    line. The layers add up to pay plus running costs exactly.

    Args:
        pay: Employees, pounds, shape (..., N); nan where not priced.
        running: Running costs, pounds, same shape.
        shares: The three assumed shares.
        buys_placements: Whether running costs buy placements.
        whole_layer: Put everything in this one layer instead.

    Returns:
        Shape (..., L) in the order of ``types.LAYERS``; nan where the spend is.

    Raises:
        InputError: A share is below 0, or the three could take more than the whole.
    """
    management, commissioning, support = (
        np.asarray(share, dtype=np.float64)
        for share in (shares.management, shares.commissioning, shares.support)
    )
    if min(part.min() for part in (management, commissioning, support)) < 0 or (
        np.max(management) + np.max(commissioning) + np.max(support) > 1
    ):
        raise InputError("Shares of layers must be 0 or more and take at most the whole.")
    gross = pay + running
    overhead = (commissioning + support) * gross
    placements = np.maximum(running - overhead, 0.0) if buys_placements else 0.0 * overhead
    part = {
        Layer.FRONT_LINE: gross - management * pay - overhead - placements,
        Layer.PLACEMENTS: placements,
        Layer.MANAGEMENT: management * pay,
        Layer.COMMISSIONING: commissioning * gross,
        Layer.SUPPORT: support * gross,
    }
    if whole_layer is not None:
        nothing = 0.0 * overhead
        part = {layer: nothing + (gross if layer is whole_layer else 0.0) for layer in LAYERS}
    shape = np.broadcast_shapes(*(values.shape for values in part.values()))
    return np.stack([np.broadcast_to(part[layer], shape) for layer in LAYERS], axis=-1)
