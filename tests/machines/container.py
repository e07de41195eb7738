"""Builds what ``container/Containerfile`` describes without a container engine, and runs commands in it as an engine would.

``python tests/machines/container.py build ROOT`` (as root, on Debian with debootstrap) makes the root of the image: Debian's own packages
in place of the base image, then each RUN and COPY as it is written. ``run [--filter default|ours|none] [--masks] [--class FOLDER] ROOT
COMMAND ...`` runs ``python -m grader COMMAND`` there as the image's user: in mount, process, IPC and host name namespaces, with the
capabilities of a user, and with what an engine does by default: a filter of system calls, and masked paths below ``/proc``.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "grader" / "inside"))

from _walls import bpf, calls, linux, seccomp

ROOT = Path(__file__).resolve().parents[2]
CONTAINERFILE = ROOT / "container" / "Containerfile"
PROFILE = ROOT / "container" / "seccomp.json"
# What the default filter of Docker and Podman refuses to whoever has no further capability, as far as the fence could want it.
BY_DEFAULT = (
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "mount_setattr",
    "chroot",
    "bpf",
    "keyctl",
    "perf_event_open",
)
_NEW_NAMESPACES = 0x7E020000
MASKED = (
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/scsi",
    "/sys/firmware",
)
READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")
_MNT_DETACH = 2
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_REMOUNT, _MS_RDONLY = 4096, 16384, 1 << 18, 32, 1
USER = 1000


def steps() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile in their order, each as its word and the rest on one line."""
    lines = [line for line in CONTAINERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [
        (word, " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in whole.splitlines() if line)
    ]


def build(root: Path) -> None:
    """Make the root of the image."""
    suite = "bookworm"
    subprocess.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", suite, root], check=True)
    for name in ("/etc/resolv.conf", "/etc/pip.conf", os.environ.get("PIP_CERT", "")):
        if name and Path(name).exists():
            (root / name[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, root / name[1:])
    for word, rest in steps():
        if word == "RUN":
            # Debian's packages come from where debootstrap had them; the lists stay, since they are no part of the test.
            subprocess.run(["chroot", root, "/bin/sh", "-c", rest], check=True)
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                _copy(ROOT / source, root / target[1:], into=target.endswith("/"))


def _copy(source: Path, target: Path, *, into: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.mkdir(parents=True, exist_ok=True) if into else target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def run(options: argparse.Namespace) -> int:
    """Run one command in the image; return its exit status."""
    entry = json.loads(last("ENTRYPOINT"))
    rules, folder = rules_of(options.filter), last("WORKDIR")
    told = dict(word.split("=", 1) for word in last("ENV").split())
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/home/grader", "COLUMNS": "120"} | told
    pid = os.fork()
    if pid == 0:
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWPID | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS)
        inner = os.fork()
        if inner == 0:
            _enter(options, folder, rules)
            os.execve(entry[0], [*entry, *options.command], environment)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def last(instruction: str) -> str:
    """Return the argument of the last instruction with this name."""
    return [rest for word, rest in steps() if word == instruction][-1]


def _enter(options: argparse.Namespace, folder: str, rules: dict[int, bpf.Rule]) -> None:
    root = str(options.root.resolve())
    linux.mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    linux.mount(root, root, "", _MS_BIND | _MS_REC)
    for kind, target in (("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/dev/shm")):
        os.makedirs(root + target, exist_ok=True)
        linux.mount(kind, root + target, kind)
    for name in ("null", "zero", "random", "urandom"):
        Path(f"{root}/dev/{name}").touch()
        linux.mount(f"/dev/{name}", f"{root}/dev/{name}", "", _MS_BIND)
    if options.folder:
        os.makedirs(f"{root}/class", exist_ok=True)
        linux.mount(str(options.folder.resolve()), f"{root}/class", "", _MS_BIND)
    if options.masks:
        _mask(root)
    # As an engine does it: below a mere `chroot` the kernel gives nobody a user namespace.
    before = os.open("/", os.O_RDONLY)
    os.chdir(root)
    linux.syscall(linux.SYS_PIVOT_ROOT, b".", b".")
    os.fchdir(before)
    os.close(before)
    linux.umount(".", _MNT_DETACH)
    os.chdir(folder)
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    if rules:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        assert calls.HERE is not None
        seccomp.install(bpf.assemble(calls.HERE.architecture, rules, bpf.verdict(bpf.ALLOW)))


def _mask(root: str) -> None:
    for path in filter(os.path.exists, (root + name for name in MASKED)):
        if os.path.isdir(path):
            linux.mount("tmpfs", path, "tmpfs", _MS_RDONLY)
        else:
            linux.mount("/dev/null", path, "", _MS_BIND)
    for path in filter(os.path.exists, (root + name for name in READ_ONLY)):
        linux.mount(path, path, "", _MS_BIND | _MS_REC)
        linux.mount("none", path, "", _MS_BIND | _MS_REMOUNT | _MS_RDONLY)


def rules_of(which: str) -> dict[int, bpf.Rule]:
    """Return the rules of a filter: what an engine refuses by default, or what the profile that is shipped refuses."""
    assert calls.HERE is not None
    numbers, refused = calls.HERE.numbers, bpf.refuse(errno.EPERM)
    if which == "default":
        rules = {numbers[name]: refused for name in BY_DEFAULT}
        rules[numbers["clone"]] = bpf.argument_without(0, _NEW_NAMESPACES, refused)
        rules[numbers["clone3"]] = bpf.refuse(errno.ENOSYS)
        return rules
    if which == "ours":
        listed = [name for rule in json.loads(PROFILE.read_bytes())["syscalls"] for name in rule["names"]]
        return {numbers[name]: refused for name in listed if name in numbers}
    return {}


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    building = commands.add_parser("build")
    building.add_argument("root", type=Path)
    running = commands.add_parser("run")
    running.add_argument("root", type=Path)
    running.add_argument("--filter", choices=("default", "ours", "none"), default="default")
    running.add_argument("--masks", action="store_true")
    running.add_argument("--class", dest="folder", type=Path)
    running.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.what == "build":
        build(options.root)
        return 0
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
