"""Files appear whole or not at all."""

from __future__ import annotations

import json

import pytest

from reports.plans import sample_plan, tiles
from totalplace.errors import InputError
from totalplace.evidence.registry import Registry
from totalplace.reports import write
from totalplace.reports.map import MapShapes
from totalplace.reports.write import write_plan, write_whole


def test_three_files_in_a_new_folder_and_nothing_else(tmp_path):
    folder = tmp_path / "new" / "out"
    plan = sample_plan()
    shapes = MapShapes(paths=tiles(plan.names), caption="Outlines")
    paths = write_plan(plan, folder, assumptions=Registry.load().to_rows(), maps=[shapes])
    assert [path.name for path in paths] == ["plan.html", "plan.xlsx", "plan.json"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    assert json.loads(paths[2].read_text("utf-8"))["service"] == "social-work"


def test_a_folder_that_is_a_file_is_refused_by_name(tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(InputError, match="cannot write here") as caught:
        write_whole(tmp_path / "out", {"a": b"1"})
    assert str(tmp_path / "out") in str(caught.value)
    assert (tmp_path / "out").read_text() == "in the way"


def test_a_disk_that_fills_half_way_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old a")
    written = []
    real = write.os.fdopen

    def full_after_one(handle, mode):
        stream = real(handle, mode)
        if written:
            stream.close()
            raise OSError(28, "No space left on device")
        written.append(handle)
        return stream

    monkeypatch.setattr(write.os, "fdopen", full_after_one)
    with pytest.raises(InputError, match="No space left on device"):
        write_whole(tmp_path, {"a": b"new a", "b": b"new b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old a"}
