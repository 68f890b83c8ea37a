"""Share a whole over parts by a named key, to the penny. Pure arithmetic.

Flow: money.ledger, money.divide -> THIS

A key that cannot divide money (negative, missing, all nothing, or shares that do not add up to
one) is refused: nothing is guessed. Pennies left by rounding go to the largest remainders.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from totalplace.errors import InputError, Problem

ONE = 1e-6
"""How far stated shares may add up away from one: they are typed with six digits at most."""


def apportion(pence: int, key: Mapping[str, float], *, name: str) -> dict[str, int]:
    """Divide a whole in proportion to a key; the parts add up to it exactly.

    Args:
        pence: The whole; may be negative.
        key: Weight of each part.
        name: What the key is, for messages.

    Returns:
        Pence of each part, in the order of the key.

    Raises:
        InputError: The key cannot divide: see `check_key`.
    """
    check_key(key, name=name)
    whole = math.fsum(key.values())
    exact = {part: pence * weight / whole for part, weight in key.items()}
    shares = {part: math.floor(value) for part, value in exact.items()}
    order = sorted(exact, key=lambda part: (shares[part] - exact[part], part))
    left = pence - sum(shares.values())
    for part in order[:left]:
        shares[part] += 1
    return shares


def check_key(key: Mapping[str, float], *, name: str) -> None:
    """Refuse a key that cannot divide money.

    Raises:
        InputError: It is empty, all nothing, or has parts that are missing or negative.
    """
    bad = [part for part, weight in key.items() if not (math.isfinite(weight) and weight >= 0)]
    if bad:
        raise InputError(
            Problem(
                what="has parts that are missing or below nothing, so it cannot divide money",
                where=f"key {name!r}",
                count=len(bad),
                example=bad[0],
                fix="Leave the part out, or use another key. Nothing was apportioned.",
            )
        )
    if not key or math.fsum(key.values()) <= 0:
        raise InputError(
            Problem(what="has nothing in it", where=f"key {name!r}", fix="Use another key.")
        )


def check_shares(shares: Mapping[str, float], *, name: str) -> None:
    """Refuse stated shares that do not add up to one.

    Raises:
        InputError: As `check_key`, or the sum is not one.
    """
    check_key(shares, name=name)
    total = math.fsum(shares.values())
    if abs(total - 1) > ONE:
        raise InputError(
            Problem(
                what=f"its shares add up to {total:.6g}, not to one",
                where=f"key {name!r}",
                fix="State every part. Nothing was apportioned.",
            )
        )
