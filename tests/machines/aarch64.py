"""Runs the fence's tests in an emulated aarch64 machine: ``python tests/machines/aarch64.py FOLDER [--steps NAME ...]``.

For Debian 12 on any processor, as root, with ``apt-get install --no-install-recommends mmdebstrap qemu-system-arm kmod cpio
e2fsprogs git python3-pip``. The machine has Debian's own kernel and Python for aarch64, the packages of `constraints.txt`, this checkout
as it is now, and no network. It is built once into FOLDER (2 GB, some minutes); what each step said is found in
FOLDER/results. An emulated processor is ten to thirty times slower than a real one: the whole takes hours.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SUITE = "bookworm"
# What Debian 12 has; the wheels are chosen for it.
PYTHON = "3.11"
PACKAGES = (
    "base-files,base-passwd,bash,busybox-static,coreutils,dash,findutils,fonts-dejavu-core,grep,iproute2,libc-bin,libstdc++6,"
    "linux-image-arm64,linux-libc-dev,login,mount,passwd,procps,python3,python3-venv,sed,tar,util-linux"
)
# What the kernel needs before it can read a disk; ext4 would ask for its checksum only while it runs.
DRIVERS = ("virtio_pci", "virtio_blk", "crc32c_generic", "ext4")
ORDINARY_USER = 1000
# Without workers: the fence has processes enough for the other core, and the clock is hard enough on a slow machine.
TESTS = "python -m pytest -p no:cacheprovider -q --tb=short -n 0"
# One with all points and one with mistakes, whose messages have numbers in them.
GRADE = "-m grader grade submissions/ --only s001 --only s007 --seed aarch64 --out"
STEPS = {
    "doctor": "python -m grader doctor",
    "grade": f"python {GRADE} /disk/results/reports-$1",
    "filter": f"{TESTS} tests/inside/test_seccomp.py",
    "fence": f"{TESTS} tests/fence",
    "inside": f"{TESTS} tests/inside",
    "attacks": f"{TESTS} tests/attacks/test_attacks.py",
    "every-attack": f"{TESTS} -m soak tests/attacks/test_attacks.py",
}
USERS = {"root": 0, "user": ORDINARY_USER}

# The first program of the machine: finds the disk and goes on from there.
FIRST = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for driver in {drivers}; do /bin/busybox modprobe $driver; done
/bin/busybox mount -t ext4 /dev/vda /root
exec /bin/busybox switch_root /root /sbin/first
"""
# The second: what an init system would mount, the steps, and the switch.
SECOND = """#!/bin/bash
export PATH=/venv/bin:/usr/bin:/usr/sbin:/bin:/sbin LC_ALL=C.UTF-8 HOME=/root PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t securityfs security /sys/kernel/security
mount -t devtmpfs dev /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t ext4 /dev/vdb /disk
ip link set lo up
echo aarch64 >/proc/sys/kernel/hostname
chmod 1777 /disk/results
{ uname -a; python -VV; cat /sys/kernel/security/lsm; echo; getconf PAGESIZE; } >/disk/results/machine.txt 2>&1
bash /disk/steps
sync
busybox poweroff -f
"""
STEP = """
step() { # name, user's name, user's number, command
    echo "== $1 ($2) begins"
    began=$SECONDS
    (cd /disk/checkout && setpriv --reuid $3 --regid $3 --clear-groups env HOME=/home/$2 \
        bash -c "$4" step $2) >/disk/results/$1-$2.txt 2>&1 </dev/null
    code=$?
    tail -n 1 /disk/results/$1-$2.txt
    echo "== $1 ($2) ends with $code after $((SECONDS - began)) seconds" | tee -a /disk/results/summary.txt
    sync
}
"""


def main() -> int:
    """Build what is missing, run the steps, and report how they ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", nargs="*", default=list(STEPS), help=", ".join(STEPS) + ", or a command")
    parser.add_argument("--users", nargs="+", default=list(USERS), choices=USERS)
    parser.add_argument("--processor", default="cortex-a72", help="as qemu-system-aarch64 -cpu names it")
    parser.add_argument("--hours", type=float, default=12.0, help="when to give up")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "root.ext4").exists():
        build_machine(folder)
    if not options.steps:
        return 0
    build_disk(folder, options.steps, options.users)
    run_machine(folder, options.processor, 3600 * options.hours)
    return max(results(folder), compare_with_here(folder))


def run(*command: str | Path, **options: object) -> None:
    """Run a command, and end the script if it fails."""
    print("+", *command, flush=True)
    subprocess.run([str(word) for word in command], check=True, **options)  # type: ignore[call-overload]


def build_machine(folder: Path) -> None:
    """Make the kernel, the first file system in memory, and the disk with Debian and the packages."""
    root = folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    # Unpacked, not configured: no program of the other processor runs here.
    run(
        *["mmdebstrap", "--variant=extract", "--architectures=arm64", f"--include={PACKAGES}"],
        *["--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", SUITE, root],
    )
    site = root / f"venv/lib/python{PYTHON}/site-packages"
    install_packages(site)
    complete_root(root)
    kernel = next((root / "boot").glob("vmlinuz-*"))
    version = kernel.name.removeprefix("vmlinuz-")
    shutil.copy(kernel, folder / "kernel")
    run("depmod", "-b", root, version)
    build_first(folder, root, version)
    for name in ("boot", f"lib/modules/{version}", "usr/share/doc", "usr/share/man", "usr/share/locale"):
        shutil.rmtree(root / name, ignore_errors=True)
    make_disk(folder / "root.ext4.new", root, "3G")
    (folder / "root.ext4.new").rename(folder / "root.ext4")
    shutil.rmtree(root)


def install_packages(site: Path) -> None:
    """Unpack the wheels of the tests' group for the other processor."""
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    platforms = [f"manylinux_2_{minor}_aarch64" for minor in (17, 27, 28)] + ["manylinux2014_aarch64"]
    run(
        *[sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", site],
        *[word for platform in platforms for word in ("--platform", platform)],
        *["--python-version", PYTHON, "--only-binary=:all:", "-c", PROJECT / "constraints.txt"],
        *requirements(groups, "test"),
    )


def requirements(groups: dict[str, list[str | dict[str, str]]], name: str) -> Iterator[str]:
    """Return the requirements of a group and of those that it includes."""
    for entry in groups[name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from requirements(groups, entry["include-group"])


def complete_root(root: Path) -> None:
    """Configure Debian's packages, as far as it matters here."""
    for name in ("passwd", "group"):
        accounts = (root / f"usr/share/base-passwd/{name}.master").read_text(encoding="ascii")
        own = f"user:x:{ORDINARY_USER}:" + (f"{ORDINARY_USER}::/home/user:/bin/bash\n" if name == "passwd" else "\n")
        (root / "etc" / name).write_text(accounts + own, encoding="ascii")
    (root / "etc/hosts").write_text("127.0.0.1 localhost aarch64\n", encoding="ascii")
    for name in ("home/user", "home/root", "disk", "proc", "sys", "dev", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    os.chown(root / "home/user", ORDINARY_USER, ORDINARY_USER)
    shell = root / "bin/sh"
    if not shell.is_symlink():
        shell.symlink_to("dash")
    interpreter = root / "venv/bin/python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(f"/usr/bin/python{PYTHON}")
    (root / "venv/pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {PYTHON}\n", encoding="ascii")
    write_program(root / "sbin/first", SECOND)
    if sys.version_info[:2] == tuple(map(int, PYTHON.split("."))):
        # The other processor would take long over it.
        folders = (root / f"usr/lib/python{PYTHON}", root / "venv/lib")
        subprocess.run([sys.executable, "-m", "compileall", "-q", "-s", root, "-p", "/", *folders], check=False)


def write_program(path: Path, text: str) -> None:
    """Write a script that can be started."""
    path.write_text(text, encoding="ascii")
    path.chmod(0o755)


def build_first(folder: Path, root: Path, version: str) -> None:
    """Make the file system in memory: a shell, the drivers of the disk, and the first program."""
    first = folder / "first"
    shutil.rmtree(first, ignore_errors=True)
    modules = first / "lib/modules" / version
    (first / "bin").mkdir(parents=True)
    modules.mkdir(parents=True)
    shutil.copy(root / "bin/busybox", first / "bin/busybox")
    for index in (root / "lib/modules" / version).glob("modules.*"):
        shutil.copy(index, modules)
    for path in drivers(root / "lib/modules" / version):
        (modules / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "lib/modules" / version / path, modules / path)
    write_program(first / "init", FIRST.format(drivers=" ".join(DRIVERS)))
    run("sh", "-c", "find . | cpio --quiet -o -H newc | gzip -1 > ../first.cpio.gz", cwd=first)
    shutil.rmtree(first)


def drivers(modules: Path) -> set[str]:
    """Return the files of the drivers and of all that they need; what is built into the kernel has none."""
    lines = (modules / "modules.dep").read_text(encoding="ascii").splitlines()
    needs = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    wanted = [name for name in needs if Path(name).name.split(".")[0] in DRIVERS]
    return {path for name in wanted for path in (name, *needs[name])}


def make_disk(path: Path, content: Path, size: str) -> None:
    """Write a folder as a disk."""
    path.unlink(missing_ok=True)
    run("mke2fs", "-q", "-t", "ext4", "-d", content, path, size)


def build_disk(folder: Path, steps: list[str], users: list[str]) -> None:
    """Write the second disk: the checkout as it is now, the steps, room for the results."""
    content = folder / "disk"
    shutil.rmtree(content, ignore_errors=True)
    (content / "results").mkdir(parents=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (content / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, content / "checkout" / name)
    lines = [
        f"step {name if name in STEPS else f'command{number}'} {user} {USERS[user]} '{STEPS.get(name, name)}'"
        for number, name in enumerate(steps)
        for user in users
    ]
    (content / "steps").write_text(STEP + "\n".join(lines) + "\n", encoding="utf-8")
    make_disk(folder / "disk.ext4", content, "1G")
    shutil.rmtree(content)


def run_machine(folder: Path, processor: str, seconds: float) -> None:
    """Start the machine and wait until it switches itself off, or end it when its time is over.

    Its clock counts instructions, a thousand million a second, and leaps over idle time: no limit of time is ever missed there,
    however slow or busy this machine is.
    """
    command = f"""
        qemu-system-aarch64 -M virt -cpu {processor} -smp 2 -m 4G -nographic -no-reboot -nic none
        -accel tcg,thread=single,tb-size=1024 -icount shift=0,sleep=off -rtc clock=vm
        -kernel kernel -initrd first.cpio.gz -append panic=-1
        -drive if=virtio,format=raw,snapshot=on,file=root.ext4 -drive if=virtio,format=raw,cache=unsafe,file=disk.ext4
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        run(*command.split(), cwd=folder, stdin=subprocess.DEVNULL, timeout=seconds)


def results(folder: Path) -> int:
    """Copy the results out of the disk, print how each step ended, and return 1 unless all ended well."""
    shutil.rmtree(folder / "results", ignore_errors=True)
    # Where the machine was ended, the last words are in the journal.
    subprocess.run(["e2fsck", "-fp", folder / "disk.ext4"], check=False, stdout=subprocess.DEVNULL)
    run("debugfs", "-R", f"rdump /results {folder}", folder / "disk.ext4", stderr=subprocess.DEVNULL)
    for name in ("machine.txt", "summary.txt"):
        path = folder / "results" / name
        print(
            path.read_text(encoding="utf-8")
            if path.exists()
            else f"There is no {name}: the machine did not come so far."
        )
    ended = [
        line for path in folder.glob("results/summary.txt") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return int(not ended or any("ends with 0" not in line for line in ended))


def compare_with_here(folder: Path) -> int:
    """Grade the same students on this machine and return 1 where a check ended otherwise there."""
    there = sorted((folder / "results").glob("reports-*/records"))
    if not there:
        return 0
    run(*[sys.executable, *GRADE.split(), folder / "here"], cwd=PROJECT, stdout=subprocess.DEVNULL)
    different = 0
    for path in [path for records in there for path in sorted(records.glob("*.json"))]:
        ours, theirs = (outcome(each) for each in (folder / "here/records" / path.name, path))
        print(f"{path.relative_to(folder)}: {'the same as here' if ours == theirs else 'NOT the same as here'}")
        different |= int(ours != theirs)
    return different


def outcome(path: Path) -> list[object]:
    """Return the score of a record, and what came of each check."""
    record = json.loads(path.read_text(encoding="utf-8"))
    said = ("id", "points", "result", "why", "message")
    return [record["score"], record["isolation"], [[check[name] for name in said] for check in record["checks"]]]


if __name__ == "__main__":
    sys.exit(main())
