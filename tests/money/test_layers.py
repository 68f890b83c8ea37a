"""The split into layers adds up, keeps missing missing, and takes drawn shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.money.layers import LayerShares, split_layers
from totalplace.types import LAYERS, Layer

MONEY = st.floats(0, 1e9)
SHARE = st.floats(0, 0.3)
AT = {layer: index for index, layer in enumerate(LAYERS)}


def shares(management=0.08, commissioning=0.03, support=0.1):
    return LayerShares(management=management, commissioning=commissioning, support=support)


def test_by_hand():
    pay, running = np.array([10.0, 50.0]), np.array([90.0, 2.0])
    buying = split_layers(pay, running, shares(), buys_placements=True)
    # 100 gross: management 0.8, commissioning 3, support 10, placements 90 - 13
    assert buying[0] == pytest.approx([9.2, 77.0, 0.8, 3.0, 10.0])
    # 52 gross, overheads 6.76 above the 2 of running costs: no placements, front line bears it
    assert buying[1] == pytest.approx([52 - 4 - 6.76, 0.0, 4.0, 1.56, 5.2])
    own = split_layers(pay, running, shares(), buys_placements=False)
    assert own[0] == pytest.approx([86.2, 0.0, 0.8, 3.0, 10.0])


@given(
    st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=5), SHARE, SHARE, SHARE, st.booleans()
)
def test_layers_are_no_less_than_nothing_and_add_up(
    spend, management, commissioning, support, buys
):
    pay, running = np.array(spend).T
    split = split_layers(
        pay, running, shares(management, commissioning, support), buys_placements=buys
    )
    assert split.shape == (len(spend), len(LAYERS))
    np.testing.assert_allclose(split.sum(axis=-1), pay + running, rtol=1e-12, atol=1e-6)
    assert (split >= -1e-6).all()


def test_draws_broadcast():
    pay, running = np.array([10.0, 20.0, 30.0]), np.array([5.0, 5.0, 5.0])
    drawn = np.array([[0.06], [0.1]])
    split = split_layers(pay, running, shares(management=drawn), buys_placements=True)
    assert split.shape == (2, 3, 5)
    np.testing.assert_allclose(split[..., AT[Layer.MANAGEMENT]], drawn * pay)


def test_missing_stays_missing_in_every_layer():
    pay, running = np.array([10.0, np.nan]), np.array([5.0, np.nan])
    for whole in (None, Layer.SUPPORT):
        split = split_layers(pay, running, shares(), buys_placements=True, whole_layer=whole)
        assert np.isnan(split[1]).all()
        assert not np.isnan(split[0]).any()


def test_a_whole_layer_takes_everything():
    pay, running = np.array([10.0]), np.array([5.0])
    drawn = np.array([[0.06], [0.1]])
    split = split_layers(
        pay,
        running,
        shares(management=drawn),
        buys_placements=False,
        whole_layer=Layer.COMMISSIONING,
    )
    assert (split[..., AT[Layer.COMMISSIONING]] == 15.0).all()
    assert split.sum() == pytest.approx(2 * 15.0 if split.ndim == 3 else 15.0)


@pytest.mark.parametrize("bad", [{"management": -0.1}, {"support": 0.95}])
def test_impossible_shares_are_refused(bad):
    with pytest.raises(InputError, match="at most the whole"):
        split_layers(np.array([1.0]), np.array([1.0]), shares(**bad), buys_placements=True)
