"""Names for the arrays and choices that several packages share.

Place in the flow: below everything but errors. Single letters are documented dimensions:
N authorities, L layers, C candidate partnerships, D draws of the assumptions, B partner bodies.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
SmallIntArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


class Missing(StrEnum):
    """Why a published value is missing. The published symbol is kept beside it."""

    SUPPRESSED = "suppressed"  # c: withheld to protect individuals
    NOT_APPLICABLE = "not applicable"  # z
    NOT_AVAILABLE = "not available"  # x, "..", ":" and, in RO3, a return not received
    NOT_COLLECTED = "not collected"  # [z] in revenue outturn
    LOW_RELIABILITY = "low reliability"  # u
    ROUNDS_TO_ZERO = "rounds to zero"  # k, low: not zero, but smaller than the rounding
    NO_ESTIMATE = "no estimate"  # [n]
    UNSTATED = "unstated"  # LAIT's "-": suppressed, absent or not applicable alike


class Layer(StrEnum):
    """The five layers a service's spend is split into. The order is the array order L."""

    FRONT_LINE = "front line"
    PLACEMENTS = "placements"
    MANAGEMENT = "management"
    COMMISSIONING = "commissioning"
    SUPPORT = "support"


LAYERS: tuple[Layer, ...] = tuple(Layer)


class Arrangement(StrEnum):
    """How a service is shared."""

    ALONE = "alone"
    CO_OPERATE = "co-operate"
    JOINT_BUYING = "joint-buying"
    SHARED_SUPPORT = "shared-support"
    SHARED_MANAGEMENT = "shared-management"
    SHARED_SERVICE = "shared-service"
    REGIONAL_AGENCY = "regional-agency"
