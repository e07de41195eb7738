"""The parts of the script for the emulated machine that need no machine."""

import json

from tests.machines.aarch64 import drivers, outcome, requirements


def test_requirements_are_those_of_all_included_groups():
    """A group brings the groups that it includes, in their place."""
    groups = {"a": ["x>=1", {"include-group": "b"}, "y"], "b": [{"include-group": "c"}, "z"], "c": ["w"]}
    assert list(requirements(groups, "a")) == ["x>=1", "w", "z", "y"]


def test_drivers_bring_what_they_need(tmp_path):
    """Those of the disk come with all that they name; others, and what is built in, do not."""
    lines = [
        "kernel/virtio_blk.ko: kernel/virtio_ring.ko kernel/virtio.ko",
        "kernel/virtio_ring.ko: kernel/virtio.ko",
        "kernel/virtio.ko:",
        "kernel/ext4.ko.xz: kernel/jbd2.ko.xz",
        "kernel/jbd2.ko.xz:",
        "kernel/ext4_other.ko: kernel/sound.ko",
        "kernel/sound.ko:",
    ]
    (tmp_path / "modules.dep").write_text("\n".join(lines) + "\n", encoding="ascii")
    needed = ("virtio_blk.ko", "virtio_ring.ko", "virtio.ko", "ext4.ko.xz", "jbd2.ko.xz")
    assert drivers(tmp_path) == {f"kernel/{name}" for name in needed}


def test_outcome_is_what_a_machine_must_not_change(tmp_path):
    """Times and versions differ from machine to machine; points, words and the level do not."""
    check = {"id": "c", "points": 1.0, "result": "failed", "why": "wrong", "message": "Your code gave 2."}
    record = {"score": {"sum": 1.0}, "isolation": {"level": "full"}, "checks": [check], "times": {}}
    paths = [tmp_path / name for name in ("one", "two", "three")]
    slower = record | {"times": {"cpu_seconds": 9}, "versions": {"python": "3.11.2"}}
    other = record | {"checks": [check | {"message": "Your code gave 3."}]}
    for path, each in zip(paths, (record, slower, other), strict=True):
        path.write_text(json.dumps(each), encoding="utf-8")
    assert outcome(paths[0]) == outcome(paths[1]) != outcome(paths[2])
