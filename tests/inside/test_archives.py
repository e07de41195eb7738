"""Zips and folders are unpacked under safe names only."""

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib

import pytest
from _child import names
from _child.archives import Limits, collect

CODE = "def softplus(x):\n    return x\n"


def zipped(files, **attributes):
    """Return the bytes of a zip; `attributes` gives Unix modes by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = attributes.get(path, stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def opened(files, limits=None, **attributes):
    """Return what is collected from a zip of these files."""
    return collect([("s.zip", zipped(files, **attributes))], "zip", limits or Limits())


def sentences(bundle):
    """Return the messages of the problems."""
    return [problem["message"] for problem in bundle.problems]


def test_archives_leave_out_what_nobody_hands_in():
    """Caches, checkpoints and environments are ignored without a word, and the wrapper folder is removed."""
    kept = ["s001/main.py", "s001/sub/a.py", "s001/data.csv"]
    junk = [
        "__MACOSX/s001/._main.py",
        "s001/.DS_Store",
        "s001/.ipynb_checkpoints/a.ipynb",
        "s001/__pycache__/a.pyc",
        "s001/.venv/x.py",
    ]
    bundle = opened(dict.fromkeys(kept + junk, "x"))
    assert sorted(bundle.files) == ["data.csv", "main.py", "sub/a.py"]
    assert (bundle.problems, bundle.remarks) == ([], [])


def test_archives_keep_a_package_that_looks_like_a_wrapper():
    """A single folder with `__init__.py` is a package."""
    assert sorted(opened({"net/__init__.py": "", "net/a.py": ""}).files) == ["net/__init__.py", "net/a.py"]


REFUSED_NAMES = {
    "../evil.py": "The file name '../evil.py' leads out of its folder; the file was left out.",
    "a/../../evil.py": "The file name 'a/../../evil.py' leads out of its folder; the file was left out.",
    "..\\evil.py": "The file name '..\\evil.py' leads out of its folder; the file was left out.",
    "C:/../evil.py": "The file name 'C:/../evil.py' leads out of its folder; the file was left out.",
    "/C:/evil.py": "The file name '/C:/evil.py' is an absolute path; the file was left out.",
    ".\u200b./evil.py": "The file name '.\\u200b./evil.py' leads out of its folder; the file was left out.",
    "x/" * 600 + "a": f"The file name '{'x/' * 60}' is too long; the file was left out.",
}


NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.mark.parametrize(("path", "message"), REFUSED_NAMES.items(), ids=range(len(REFUSED_NAMES)))
def test_archives_leave_out_unsafe_names(path, message):
    """A name that leads elsewhere, or cannot be seen, is left out in words; the rest is taken."""
    bundle = opened({path: "x", "good.py": "x"})
    assert (list(bundle.files), sentences(bundle)) == (["good.py"], [message])


@pytest.mark.parametrize("path", ["/hw/kim/a.py", "C:\\hw\\kim\\a.py", "//hw/kim/a.py", "c:hw/kim/a.py"])
def test_archives_take_away_the_root_of_a_path(path):
    """Some programs pack the whole path; what unpacks it takes the root away, and so is done here, with a remark."""
    bundle = opened({path: "x", "good.py": "x"})
    assert sorted(bundle.files) == ["good.py", "hw/kim/a.py"]
    assert bundle.remarks == [f"{names.shown(path)} was read as 'hw/kim/a.py'."]


def test_archives_take_what_was_packed_last():
    """A file that was added again replaces the one before, as it does where the archive is unpacked."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("a.py", "old")
        archive.writestr("a.py", "new")
    bundle = collect([("s.zip", content.getvalue())], "zip", Limits())
    assert (bundle.files, sentences(bundle)) == (
        {"a.py": b"new"},
        ["a.py is in the submission twice; the last one was taken."],
    )


def test_archives_leave_out_links_and_devices():
    """Only ordinary files are taken."""
    bundle = opened(
        {"a.py": "/etc/passwd", "b": "", "c.py": "x"}, **{"a.py": stat.S_IFLNK | 0o777, "b": stat.S_IFIFO | 0o600}
    )
    assert list(bundle.files) == ["c.py"]
    assert sentences(bundle) == ["'a.py' is a link and was left out.", "'b' is no ordinary file and was left out."]


@pytest.mark.parametrize(
    ("files", "limits", "message"),
    [
        (
            {"a.txt": b"0" * 2**22},
            Limits(),
            "'a.txt' in s.zip unpacks to N times its size; at most 200 times is unpacked.",
        ),
        ({"a": "12345678", "b": "12345678"}, Limits(total_bytes=10), "s.zip has 0.0 MiB; at most 0 MiB are taken."),
        ({str(n): "" for n in range(5)}, Limits(entries=4), "s.zip holds 5 files; at most 4 are unpacked."),
    ],
)
def test_archives_do_not_unpack_bombs(files, limits, message):
    """A zip that grows beyond measure is not unpacked at all."""
    bundle = opened(files, limits)
    assert bundle.files == {}
    assert [re.sub(r"to \d+ times", "to N times", sentence) for sentence in sentences(bundle)] == [message]


def test_archives_tell_names_that_collide():
    """Names that differ only in case, a name that comes twice, however its letters are composed, and a file where a folder is."""
    composed, decomposed = "caf\u00e9.py", "cafe\u0301.py"
    bundle = opened({"A.py": "1", "a.py": "2", composed: "1", decomposed: "2", "d": "1", "d/e.py": "2"})
    assert sorted(bundle.files) == sorted(["A.py", composed, "d"])
    assert sentences(bundle) == [
        "a.py and A.py have the same name on some systems; a.py was left out.",
        f"{composed} is in the submission twice; the first one was taken.",
        "d/e.py and d have the same name on some systems; d/e.py was left out.",
    ]


def test_archives_remark_what_is_not_opened():
    """Archives inside, compiled code and reserved names are remarked."""
    bundle = opened({"in.zip": "x", "lib.so": "x", "elf": "\x7fELF", "con.py": "x"})
    assert list(bundle.files) == ["con.py"]
    assert bundle.remarks == [
        "The file name 'con.py' is reserved on some systems; rename the file.",
        "elf is compiled code and was left out.",
        "lib.so is compiled code and was left out.",
        "in.zip is an archive inside the submission and was not opened.",
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"PK\x05\x06" + b"\xff" * 18])
def test_archives_that_are_none_are_refused(content):
    """A broken zip is one sentence."""
    bundle = collect([("s.zip", content)], "zip", Limits())
    assert sentences(bundle) == ["s.zip cannot be opened as a zip archive."]


def test_archives_with_a_damaged_entry_keep_the_others():
    """A file whose checksum does not match is left out in words."""
    raw = bytearray(zipped({"a.py": "x = 1234567890\n", "b.py": "y = 1\n"}))
    raw[raw.index(b"a.py") + 5] ^= 0xFF
    bundle = collect([("s.zip", bytes(raw))], "zip", Limits())
    assert list(bundle.files) == ["b.py"]
    assert sentences(bundle) == ["a.py in s.zip is damaged and cannot be unpacked."]


def test_archives_write_names_that_cannot_be_seen_or_are_long():
    """Characters that cannot be seen are left out of a name, and a name that no system takes is cut: the file is there."""
    bundle = opened(
        {"a\u202eyp.py": "x", "b\n.py": "x", "\ufeffc.py": "x", "字" * 84 + ".py": "x", "字" * 90 + ".py": "x"}
    )
    assert (len(bundle.files), bundle.problems) == (5, [])
    assert {"ayp.py", "b.py", "c.py", "字" * 84 + ".py"} < bundle.files.keys()
    assert all(len(path.encode()) <= 255 and path.endswith(".py") for path in bundle.files)
    assert "'a\\u202eyp.py' was read as 'ayp.py'." in bundle.remarks


def test_archives_compose_letters():
    """A name whose letters came taken apart, as macOS writes them, is found under the usual one."""
    assert list(opened({"donne\u0301es.csv": "1", "main.py": CODE}).files) == ["donn\u00e9es.csv", "main.py"]


def raw_zip(names, extra=None):
    """Return a zip whose names are these bytes, without the mark of UTF-8; the first file is `main.py` with this text."""
    raw = b""
    buffer = io.BytesIO()
    places = {}
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, content) in enumerate(names.items()):
            stand_in = f"{number:02d}".rjust(len(name), "x")
            places[stand_in.encode()] = name
            entry = zipfile.ZipInfo(stand_in)
            entry.extra = (extra or {}).get(name, b"")
            archive.writestr(entry, content)
    raw = buffer.getvalue()
    for stand_in, name in places.items():
        raw = raw.replace(stand_in, name)
    return raw


LANGUAGES = {
    "UTF-8 without its mark": ("utf-8", "données.csv"),
    "UTF-8, a module": ("utf-8", "été.py"),
    "Big5": ("cp950", "資料.csv"),
    "Big5 with a backslash in a letter": ("cp950", "成功.csv"),
    "Shift JIS": ("cp932", "表データ.csv"),
    "GBK": ("gbk", "数据.csv"),
    "Korean": ("cp949", "자료.csv"),
    "DOS of western Europe": ("cp850", "données.csv"),
    "DOS of Russia": ("cp866", "данные.csv"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mentioned", [True, False])
def test_archives_read_names_in_the_code_page_of_their_author(language, mentioned):
    """A name without the mark of UTF-8 is read as UTF-8, or in the code page that the code, or the look of the name, tells."""
    page, name = LANGUAGES[language]
    code = f"import numpy as np\ndata = np.loadtxt('{name}')\n" if mentioned else CODE
    raw = raw_zip({b"main.py": code.encode(), name.encode(page): b"1"})
    assert sorted(collect([("s.zip", raw)], "zip", Limits()).files) == sorted(["main.py", name])


def test_archives_believe_the_code_when_two_languages_fit():
    """Bytes that are everyday words in two code pages are read as the code writes them."""
    name = "报告.csv"
    raw = raw_zip({b"main.py": f"open('{name}')\n".encode(), name.encode("gbk"): b"1"})
    assert sorted(collect([("s.zip", raw)], "zip", Limits()).files) == ["main.py", name]


def test_archives_take_the_field_for_unicode_names():
    """The field that some programs add for the true name counts, where it is one for this name."""
    name, raw_name = "結果.csv", b"res_lt.cs\xff"
    field = struct.pack("<BL", 1, zlib.crc32(raw_name)) + name.encode()
    raw = raw_zip(
        {b"main.py": CODE.encode(), raw_name: b"1"}, {raw_name: struct.pack("<HH", 0x7075, len(field)) + field}
    )
    assert sorted(collect([("s.zip", raw)], "zip", Limits()).files) == ["main.py", name]


def test_archives_of_windows_powershell_are_read():
    """Backslashes between folders, and folders that look like files of no bytes, are what they mean."""
    bundle = opened({"hw1\\": "", "hw1\\layers\\": "", "hw1\\main.py": CODE, "hw1\\layers\\act.py": CODE})
    assert (sorted(bundle.files), bundle.problems, bundle.remarks) == (["layers/act.py", "main.py"], [], [])


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_archives_of_tar_are_read(mode):
    """A tar is opened however it is compressed; links in it are left out."""
    bundle = collect([("kim.tar.gz", tarred({"./hw/main.py": CODE, "./hw/a.csv": "1"}, mode))], "zip", Limits())
    assert sorted(bundle.files) == ["a.csv", "main.py"]
    assert sentences(bundle) == ["'./hw/key.py' is a link and was left out."]


def tarred(files, mode="w"):
    """Return a tar of these files and of one link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content.encode()))
        link = tarfile.TarInfo("./hw/key.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


def test_archives_of_tar_do_not_lead_out():
    """Names that lead elsewhere are left out of a tar as of a zip."""
    bundle = collect([("a.tar", tarred({"../evil.py": CODE, "/../evil.py": CODE, "good.py": CODE}))], "zip", Limits())
    assert list(bundle.files) == ["good.py"]


BOMBS = {
    "bytes": ({f"{number}.csv": "0" * 2**19 for number in range(3)}, "a.tgz holds more than 1 MiB, which is the most that is taken."),
    "files": ({f"{number}.csv": "" for number in range(50)}, "a.tgz holds more than 10 files, which is the most that is unpacked."),
}  # fmt: skip


@pytest.mark.parametrize(("files", "message"), BOMBS.values(), ids=BOMBS.keys())
def test_archives_of_tar_are_bounded(files, message):
    """A tar that grows beyond measure is not unpacked."""
    bundle = collect([("a.tgz", tarred(files, "w:gz"))], "zip", Limits(total_bytes=2**20, entries=10))
    assert (bundle.files, sentences(bundle)) == ({}, [message])


def test_archives_of_tar_count_what_is_left_out():
    """What has to be read to get past it counts, whatever kind it claims to be; a size below nothing makes no room."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        odd = tarfile.TarInfo("a.bin")
        odd.type, odd.size = b"Z", 2**21
        archive.addfile(odd, io.BytesIO(bytes(2**21)))
    bundle = collect([("a.tgz", buffer.getvalue())], "zip", Limits(total_bytes=2**20))
    assert sentences(bundle) == ["a.tgz holds more than 1 MiB, which is the most that is taken."]


def test_archives_inside_are_bounded_together():
    """Many archives in one hold no more files than one may."""
    inner = zipped({f"{number}.csv": "" for number in range(8)} | {"main.py": CODE})
    bundle = collect([("a.zip", zipped({"1.zip": inner, "2.zip": inner}))], "zip", Limits(entries=10))
    assert (bundle.files, sentences(bundle)) == (
        {}, ["The submission holds more than 10 files, which is the most that is unpacked."],
    )  # fmt: skip


def test_archives_inside_are_opened_when_the_code_must_be_there():
    """A zip in a student's folder is opened, also one in it; with code beside it, it stays closed."""
    inner = zipped({"hw/main.py": CODE})
    opened_inner = opened({"s001/hw.zip": zipped({"again.zip": inner}), "s001/report.pdf": "x"})
    assert sorted(opened_inner.files) == ["hw/main.py", "report.pdf"]
    assert opened({"hw.zip": inner, "main.py": CODE}).remarks == [
        "hw.zip is an archive inside the submission and was not opened."
    ]
    both = opened({"a.zip": zipped({"x.csv": "1"}), "b.zip": zipped({"x.csv": "2", "m.py": CODE})})
    assert sorted(both.files) == ["a/x.csv", "b/m.py", "b/x.csv"]


@pytest.mark.parametrize(
    ("path", "read_as"),
    [
        ("hw.py.txt", "hw.py"), ("hw.ipynb.txt", "hw.ipynb"), ("hw.ipynb.json", "hw.ipynb"), ("hw.py (1)", "hw.py"),
        ("hw.PY", "hw.py"), ("hw.py ", "hw.py"), ("hw.txt", "hw.py"), ("hw.json", "hw.ipynb"), ("hw", "hw.py"),
    ],
)  # fmt: skip
def test_archives_take_code_for_what_it_is(path, read_as):
    """Endings that browsers and platforms append, or that were lost, do not hide code; the remark says what was done."""
    content = (
        b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}' if "ipynb" in read_as else CODE.encode()
    )
    bundle = collect([(path, content)], "file", Limits())
    assert (list(bundle.files), len(bundle.remarks), bundle.problems) == ([read_as], 1, [])


def test_archives_leave_texts_alone():
    """A note, a table and a page are no code."""
    texts = {
        "notes.txt": "from here on we import more\nclasses",
        "a.csv": "1,2\n",
        "a.html": "<p>\nimport x\n</p>",
        "README.md": "import numpy\n",
    }
    assert opened(texts).files.keys() == texts.keys()


def test_archives_keep_empty_folders():
    """A folder without a file is handed in, too, under a name that is safe; the wrapper is removed from it as from the files."""
    names = ["hw/", "hw/main.py", "hw/out/", "hw/a/b/", "hw/venv/x/", "__MACOSX/", "../up/", "/abs/", "hw/../up/"]
    for separator in ("/", "\\"):
        bundle = opened({name.replace("/", separator): CODE if name.endswith(".py") else "" for name in names})
        assert (list(bundle.files), bundle.folders) == (["main.py"], ["out", "a/b"])


def test_archives_keep_a_folder_beside_which_an_empty_one_lies():
    """Code that writes to `../out` keeps its own folder below it."""
    bundle = opened({"code/main.py": CODE, "out/": ""})
    assert (list(bundle.files), bundle.folders) == (["code/main.py"], ["out"])


def test_archives_of_tar_keep_empty_folders():
    """As zips do."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("./hw", "./hw/out"):
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.DIRTYPE
            archive.addfile(entry)
        entry = tarfile.TarInfo("./hw/main.py")
        entry.size = len(CODE)
        archive.addfile(entry, io.BytesIO(CODE.encode()))
    bundle = collect([("s.tar", buffer.getvalue())], "zip", Limits())
    assert (list(bundle.files), bundle.folders) == (["main.py"], ["out"])


@pytest.mark.parametrize(
    ("name", "packed"), [("hw.py.gz", gzip.compress), ("hw.py.bz2", bz2.compress), ("hw.ipynb.xz", lzma.compress)]
)
@pytest.mark.parametrize("form", ["file", "folder"])
def test_archives_open_a_file_that_was_compressed_alone(name, packed, form):
    """It has no names inside, and is called what its own name says."""
    content = (NOTEBOOK if "ipynb" in name else CODE).encode()
    bundle = collect([(name, packed(content))], form, Limits())
    assert (bundle.files, sentences(bundle)) == ({name.rpartition(".")[0]: content}, [])


def test_archives_bound_a_file_that_was_compressed_alone():
    """It grows no further than any other file may."""
    bundle = collect([("hw.py.gz", gzip.compress(bytes(2**22)))], "file", Limits(file_bytes=2**20))
    assert (bundle.files, sentences(bundle)) == ({}, ["hw.py unpacks to more than 1 MiB."])


@pytest.mark.parametrize(
    "typed",
    [
        "<p>def double(x):</p>\n<p>&nbsp;&nbsp;&nbsp; return 2 * x if x &lt; 3 else 6</p>",
        "def double(x):<br />\r\n&nbsp;&nbsp; return 2 * x if x &lt; 3 else 6<br />",
        "<div>def double(x):<div>&nbsp; &nbsp; return 2 * x if x &lt; 3 else 6</div></div>",
        "<pre>def double(x):\n    return 2 * x if x &lt; 3 else 6\n</pre>",
        "def double(x):\n    return 2 * x if x < 3 else 6\n",
    ],
)
def test_archives_read_code_that_was_typed_into_a_text_box(typed):
    """What a platform gives back as HTML is Python again, with its lines and their indentation, and a remark says so."""
    bundle = collect([("online text/onlinetext.html", typed.encode())], "folder", Limits())
    (code,) = bundle.files.values()
    defined = {}
    exec(code, defined)
    assert [defined["double"](x) for x in (1, 5)] == [2, 6]
    assert list(bundle.files) == ["onlinetext.py"]
    assert bundle.remarks == [
        "online text/onlinetext.html holds Python code that was typed into a text box, and was read as such."
    ]


def test_archives_leave_a_typed_text_alone_where_there_is_code():
    """A note beside a script, and one that is no code, stay what they are."""
    page = b"<p>def double(x):</p><p>&nbsp; return 2 * x</p>"
    assert sorted(collect([("text.html", page), ("hw.py", CODE.encode())], "folder", Limits()).files) == [
        "hw.py",
        "text.html",
    ]
    for name, content in (("text.html", b"<p>See my mail.</p>"), ("page.html", page)):
        assert list(collect([(name, content)], "file", Limits()).files) == [name]


@pytest.mark.parametrize(
    ("path", "content", "read_as", "what"),
    [
        ("hw.py", NOTEBOOK, "hw.ipynb", "a notebook"),
        ("hw.ipynb", CODE, "hw.py", "Python code"),
        ("hw.py.part", CODE, "hw.py", None),
        ("hw.ipynb.crdownload", NOTEBOOK, "hw.ipynb", None),
    ],
)
def test_archives_take_notebooks_and_scripts_that_are_called_like_each_other(path, content, read_as, what):
    """The content decides, and a remark says so."""
    bundle = collect([(path, content.encode())], "file", Limits())
    said = f"{path} holds {what} and was read as such." if what else f"'{path}' was read as '{read_as}'."
    assert (list(bundle.files), bundle.remarks, bundle.problems) == ([read_as], [said], [])


def test_archives_never_replace_a_file_by_one_that_is_called_like_another():
    """A notebook called like a script stays what it is beside the notebook whose name it would take."""
    bundle = opened({"hw.py": NOTEBOOK, "hw.ipynb": NOTEBOOK})
    assert (sorted(bundle.files), bundle.remarks) == (["hw.ipynb", "hw.py"], [])


@pytest.mark.parametrize(
    ("names", "read_as"),
    [
        (["../main.py"], ["main.py"]),
        (["../hw/main.py", "../hw/x.csv"], ["main.py", "x.csv"]),
        (["a/../main.py"], ["main.py"]),
    ],
)
def test_archives_that_were_packed_from_above_are_read(names, read_as):
    """If all code lies under names that lead up, these are read as every program unpacks them: without the steps."""
    bundle = opened(dict.fromkeys(names, CODE))
    assert (sorted(bundle.files), bundle.problems) == (read_as, [])
    assert sorted(bundle.remarks) == [f"'{name}' was read as '{name.replace('../', '')}'." for name in names]


def test_archives_that_were_packed_from_above_do_not_lead_out():
    """No name that is written leads up, whatever else it holds."""
    bundle = opened({"../../etc/..\\..\\main.py": CODE, "..": "x", "x/..": "y"})
    assert sorted(bundle.files) == ["etc/main.py", "x"]


def test_archives_say_what_they_cannot_unpack():
    """A way of packing that Python does not know is no damage."""
    raw = bytearray(zipped({"main.py": CODE}))
    for place in (8, raw.index(b"PK\x01\x02") + 10):
        raw[place : place + 2] = (9).to_bytes(2, "little")
    bundle = collect([("s.zip", bytes(raw))], "zip", Limits())
    assert sentences(bundle) == ["main.py in s.zip is packed in a way that is not unpacked here."]


COPIES = (
    "layers (1)",
    "layers(2)",
    "layers-1",
    "layers_1",
    "layers 2",
    "layers - Copy",
    "layers copy",
    "Copy of layers",
    "layers - Kopie (3)",
)


@pytest.mark.parametrize("name", COPIES)
def test_module_is_called_as_it_is_imported(name):
    """A browser has put a number behind the name of a second download, or a system a word."""
    bundle = opened({"hw/main.py": "from layers import softplus\n", f"hw/{name}.py": CODE, "hw/x.pdf": "x"})
    assert sorted(bundle.files) == ["layers.py", "main.py", "x.pdf"]
    sentence = f"hw/{name}.py was read as hw/layers.py, because it is imported by that name."
    assert bundle.remarks[-1:] == [sentence]


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": "import numpy\n", "layers (1).py": CODE},
        {"main.py": "import layers\n", "layers (1).py": CODE, "layers (2).py": CODE},
        {"main.py": "import layers\n", "layers (1).py": CODE, "layers.py": CODE},
        {"main.py": "import layers_2\n", "layers_2.py": CODE},
        {"main.py": "import layers, layers_2\nimport layers_2\n", "layers_2.py": CODE},
    ],
)
def test_other_modules_keep_their_names(files):
    """Nobody imports it by another name, or it is not clear which one is meant."""
    assert sorted(opened(files).files) == sorted(files)


def test_script_that_is_only_called_a_zip_is_read():
    """The control: a damaged zip that holds code is no script."""
    text = "import numpy\n" + CODE
    bundle = collect([("hw.zip", text.encode())], "zip", Limits())
    assert (list(bundle.files), bundle.remarks) == (["hw.py"], ["hw.zip holds Python code and was read as such."])
    damaged = collect([("hw.zip", zipped({"hw.py": text})[:-40])], "zip", Limits())
    assert (damaged.files, sentences(damaged)) == ({}, ["hw.zip cannot be opened as a zip archive."])
