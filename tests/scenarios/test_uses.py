"""Which services use an assumption, against each service gathered in full and watched."""

from __future__ import annotations

import numpy as np

from totalplace.evidence.registry import Registry
from totalplace.footprints.search import usable
from totalplace.footprints.tornado import reads_of, worth_of
from totalplace.money.services import services
from totalplace.scenarios.question import setting_of
from totalplace.scenarios.uses import uses


def test_what_is_told_of_each_service_is_what_its_own_figures_read(england):
    told, compared = uses(england), 0
    for service in services().values():
        setting = setting_of(england, service.id, None, 2, 1, None, None, "estimate", None, None)
        if usable(setting.problem).sum() < 2:
            continue  # nobody's figures to watch
        compared += 1
        pair = tuple(int(m) for m in np.flatnonzero(usable(setting.problem))[-2:])
        for kind in service.arrangements:
            read = reads_of(worth_of(setting.problem, [(pair, kind)]), setting.draws)
            said = {
                name
                for name, every in told.items()
                for use in every
                if not use.limits and use.service == service.id and kind in use.arrangements
            }
            assert said == read
    assert compared >= 10


def test_limits_are_told_from_prices_and_every_id_is_known(england):
    told = uses(england)
    assert set(told) <= set(Registry.load().ids)
    assert all(use.limits for use in told["limit.members.shared"])
    assert not any(use.limits for use in told["team.director"])
    assert {use.service for use in told["take_up"]} < set(services())
    assert "gap.most.sure_start" not in told
