"""7z and RAR archives: opened within the limits where the machine has the library, told in a true sentence elsewhere."""

import base64
import binascii
import struct
import textwrap

import pytest
from _child import foreign
from _child.archives import Limits, collect

from tests.grading import RIGHT, grade

# Made by 7-Zip: hw/main.py and hw/sub/ü.txt; the same with a password, and with a password for the names as well.
SEVEN = base64.b64decode(
    """
    N3q8ryccAAS2NIbk2gAAAAAAAAAhAAAAAAAAAMSgwBHgAGsAWl0ANJtKZ7hSPHPqmoDKDUxHEgYUh+MqbSdx7pzuEFz/xXP51NpmLggTSj+W/KziKcdXmOFS
    wjlcMPXVUYfP6uUmvNFATFjod/2uLJyS7NWsfJkoc0GaJOtWvUAgAAAAgTMHrg/TqbJ9QMCQ0v99aU2LbRJziByvJ5lMjMtvC1Xo4e+FOUghLlr3MUimwvh0
    auSbKWFDUE/1a0NOm/BfwvwnSmwzf35csxz4LTKid4KiRD/Zvw6hpL2alI0axPr+Vap2jXgU3FM5Onp7kpjN/JDHyYAAABcGYgEJeAAHCwEAASMDAQEFXQAQ
    AAAMgK4KAbi4yzwAAA==
    """
)
WITH_PASSWORD = {
    "files": base64.b64decode(
        """
        N3q8ryccAAQP/A6OBQEAAAAAAAAiAAAAAAAAAEEAVRXnqWF6Joyd5uXGtdjbsfkoI6Oc559AhgiZjE1nw12Ecqcrc2xfbikScaMh6mz5E+Eg3pS9mk+pr8Iq
        ADG2sEM1o5Vb0TPqDq4Lnsna33aEpw6Dqa7Faiwg8HPLxC9FaMEJ8Qhz7TdCikJnc7ZAvfvWAACBMweuD9ReV/1CEPoiirUFSr/aRlIM3txSBkirQzP2bqgJ
        BuzvTmyuvbAGkHgnMHuNDlIW3lGna44EixwsfNvZ3tg9oNe0VObZCX3OxBcLYm510vwYU3jRNUpyMdgVnV5wfiALc0C/4iX5Bf/rr1FlaLufeb2qG6SlLVsp
        99Y4EaT+EqvQdvizkG4NfD5LcrunAAAXBnABCYCVAAcLAQABIwMBAQVdABAAAAyAzgoBTN/OTgAA
        """
    ),
    "names": base64.b64decode(
        """
        N3q8ryccAARMvrb0EAEAAAAAAAA+AAAAAAAAAFGt7vJF+EGvUczESsc2QKPiT7zTRByFavTQ7vA8NLpPsat3RB6x1CWnuYHkYI3msKt5/DFuda8S0G5u+zFM
        dtP4UbyXmlhIkvCiZITzk0FlqOj6Ermf3J0R8Skjx9J6lenkn3gW+VIZa9XNjTnLjCzJJJ+v+eogUavAvGCn6ajaf+djLxgPFVcpU5mp/nYrcCoPruPwiuIS
        HCPpnVEogdrDaR8gMIybO3iuujtLoWrmF0palQwwg2UmeWowdFC1KYEXcxUu+4/FF8kLpGgz1a3O3ZyWYqznxwZNl9uka+qiwrfS4ZqyvKWqAAjO3tlrSwL1
        CzjYSI3VQSvZPC2h9M9zGzzj6xB4onN9EyVSaGtafkFxChcGcAEJgKAABwsBAAIkBvEHARJTD4J88se+P60UDZ4SP2CqOOgjAwEBBV0AEAAAAQAMgJWAzgoB
        kZe6yAAA
        """
    ),
}


def number(value):
    """Return a number as RAR 5 writes it, seven bits a byte, the lowest first."""
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def block(fields, data=b""):
    """Return a block of a RAR 5 archive: its checksum, its length, its fields and the data behind it."""
    counted = number(len(fields)) + fields
    return struct.pack("<I", binascii.crc32(counted)) + counted + data


def rar(files, *, kind=0o100644, claimed=None):
    """Return a RAR 5 archive of files that are stored as they are; ``claimed`` is a size to lie about."""
    out = b"Rar!\x1a\x07\x01\x00" + block(number(1) + number(0) + number(0))
    for name, content in files.items():
        size = len(content) if claimed is None else claimed
        path = name.encode()
        fields = number(2) + number(2) + number(len(content)) + number(4) + number(size) + number(kind)
        fields += struct.pack("<I", binascii.crc32(content)) + number(0) + number(1) + number(len(path)) + path
        out += block(fields, content)
    return out + block(number(5) + number(0) + number(0))


# `good.py` in a tar that was compressed by zstd, and in one by compress.
TARS = {
    "s001.tar.zst": """
        KLUv/QBYjQMAcoUSGJCnbWBINtg/MDKjmfFX1CjyUxLx19cJdiUxQtcaatuFAEgKtQ7IHql8GMmbqb9pYdW67XgCcxuE6He/gfG5/zcjnv+WQAIp0xANAEzBD4TQ
        DOWSnIIiksMaOYbCASSAsyQUYLyYaVbQguvkBLg=""",
    "s001.tar.Z": """
        H52QZ968IeMCTh4ACBMqXMiwocOHECNKnIgQhkUbNGiAAGCxI4yNHi2CDNlxhg0QMWrMgDFj5Q0aN2KAgBFDxgwaMADMpMizp8+fQAHUmUMnjByOMOQIpBPUodI3
        TJsyJDnS40apWLNq3co1KJkyZkDMeWOGDhw2Q1HgSaFDAYi3IOSUoVNHjhsQeBR03cu3r9+/gAMLHky4sOHDiBMrXsy4sePHkCNLnky5suXLmDNrpgw=""",
}


def opened(raw, name="s001.7z", form="zip", **limits):
    """Return what an archive holds."""
    return collect([(name, raw)], form, Limits(**limits))


def sentences(bundle):
    """Return what is wrong, in words."""
    return [problem["message"] for problem in bundle.problems]


@pytest.fixture(autouse=True)
def _library():
    if foreign.library() is None:
        pytest.skip("there is no libarchive here, so nobody has opened a 7z or RAR archive")


def test_both_are_opened_under_the_rules_of_every_archive():
    """Names beyond ASCII, a wrapper folder and an archive inside; paths that lead out, hidden files and links are left out and told."""
    code = {"hw/main.py", "hw/sub/ü.txt"}
    assert {f"hw/{path}" for path in opened(SEVEN).files} == code
    assert set(opened(rar({"hw/main.py": b"x = 1\n", "hw/sub/ü.txt": b"", "hw/.git/x": b""})).files) == {
        "main.py",
        "sub/ü.txt",
    }
    assert set(opened(rar({"s001.7z": SEVEN})).files) == {"main.py", "sub/ü.txt"}
    bundle = opened(rar({"../out.py": b"x = 1\n", "in.py": b"x = 1\n"}))
    assert (list(bundle.files), len(bundle.problems)) == (["in.py"], 1)
    assert "out.py" in sentences(bundle)[0]
    linked = opened(rar({"main.py": b"/etc/passwd"}, kind=0o120777))
    assert (linked.files, sentences(linked)[:1]) == ({}, ["'main.py' is a link and was left out."])


@pytest.mark.parametrize("name", TARS)
def test_tars_of_other_compressions_are_opened(name):
    """By what they are; cut off they are told as damaged, and their bytes count as unpacked."""
    raw = base64.b64decode(TARS[name])
    assert opened(raw, name).files == {"good.py": b"def softplus(x):\n    return x\n"}
    assert sentences(opened(raw, name, total_bytes=10)) == [f"{name} unpacks to more than 9.53674e-06 MiB."]
    assert opened(raw[: len(raw) // 2], name).files == {}


def test_what_is_too_much_is_not_unpacked():
    """Too many files, too many bytes, and a file that says it is small: the library is asked for no more than the limit."""
    assert sentences(opened(rar({f"{n}.py": b"" for n in range(9)}), "a.rar", entries=2)) == [
        "a.rar holds more than 2 files, which is the most that is unpacked."
    ]
    assert sentences(opened(rar({"a.py": b"x" * 5000}), "a.rar", total_bytes=4096)) == [
        "a.rar unpacks to more than 0.00390625 MiB."
    ]
    lied = opened(rar({"a.py": b"x" * 5000}, claimed=10), total_bytes=4096)
    assert not lied.files and lied.problems


def test_one_without_a_file_is_told():
    """What was cut off behind its first bytes has nothing in it that anybody could call damaged."""
    assert sentences(opened(rar({"a.py": b"x"})[:30], "a.rar")) == [
        "a.rar is a RAR archive in which no file was found."
    ]


@pytest.mark.parametrize("what", ["files", "names"])
def test_a_password_is_told(what):
    """Whether only the files or the names as well are encrypted."""
    assert sentences(opened(WITH_PASSWORD[what])) == ["s001.7z is a 7z archive with a password."]


@pytest.mark.parametrize("raw", [SEVEN[:200], SEVEN[:60] + b"\xff" * 40 + SEVEN[100:], rar({"a.py": b"x" * 99})[:60]])
def test_a_damaged_one_is_told(raw):
    """Cut off or overwritten: one sentence, and nothing of it is taken."""
    bundle = opened(raw, "a.bin")
    what = "a 7z archive" if raw.startswith(b"7z") else "a RAR archive"
    assert (bundle.files, sentences(bundle)[0]) == ({}, f"a.bin is {what} that cannot be opened.")


def test_without_the_library_the_sentence_is_true(monkeypatch):
    """A machine without it opens none, and says what to hand in instead."""
    monkeypatch.setattr(foreign, "LIBRARIES", ("libarchive-that-is-not-there.so",))
    bundle = opened(SEVEN)
    assert sentences(bundle) == ["s001.7z is a 7z archive, which is not opened here."]
    assert bundle.problems[0]["hint"] == "Hand in a zip, or the files themselves."


def test_they_are_opened_behind_the_fence(tmp_path):
    """The confined process, which may start no program, grades what is in both."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "s001.7z").write_bytes(SEVEN)
    (folder / "s002.rar").write_bytes(rar({"hw/main.py": textwrap.dedent(RIGHT).encode()}))
    records = grade(folder, tmp_path / "out")
    assert {slug: record["score"]["sum"] for slug, record in records.items()} == {"s001": 10.0, "s002": 10.0}


def cpio(files):
    """Return a cpio archive of these files, as `cpio -H newc` makes it."""
    packed = b""
    for number, (path, content) in enumerate([*files.items(), ("TRAILER!!!", b"")], 1):
        name = path.encode() + b"\0"
        fields = (number, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        head = b"070701" + b"".join(b"%08X" % each for each in fields) + name
        packed += head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)
    return packed


def test_archives_of_other_systems_are_read():
    """cpio, as an example: under the rules of every archive."""
    bundle = opened(cpio({"main.py": RIGHT.encode(), "../up.py": b"x = 1"}), "s001.cpio")
    assert list(bundle.files) == ["main.py"]
    assert sentences(bundle) == ["The file name '../up.py' leads out of its folder; the file was left out."]


@pytest.mark.parametrize(
    ("begins", "what"),
    [
        (b"EGGA", "an EGG archive"),
        (b"ALZ\x01", "an ALZ archive"),
        (b"xar!", "a xar archive"),
        (b"MSCF", "a cabinet archive"),
        (b"\x04\x22\x4d\x18", "an LZ4 archive"),
        (b"LZIP", "a lzip archive"),
        (b"  -lh5-", "an LHA archive"),
        (bytes(32769) + b"CD001", "a disc image"),
    ],
)
def test_archives_of_other_systems_are_named(begins, what):
    """Whatever cannot be opened is called what it is."""
    bundle = collect([("s001.zip", begins + bytes(200))], "zip", Limits())
    ((said,), (hint,)) = zip(*((each["message"], each["hint"]) for each in bundle.problems), strict=True)
    assert said.startswith(f"s001.zip is {what}")
    assert hint == "Hand in a zip, or the files themselves."
