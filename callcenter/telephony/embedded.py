"""Which Asterisk runs: an installed one that is new enough, or one unpacked from Debian's packages into a folder, without a container."""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callcenter.settings import Settings

SUITE = "forky"
PACKAGES = "asterisk,asterisk-core-sounds-en-wav"
FLOOR = {20: (20, 20, 1), 22: (22, 10, 1), 23: (23, 4, 1)}
"""The first version of each branch without a known hole."""

Progress = Callable[[str], None]
"""Told what is being done, in a few words."""


class PbxError(Exception):
    """Asterisk cannot be had, configured or started; the message says what to do about it."""


@dataclass(frozen=True)
class Installation:
    """An Asterisk that can be started."""

    version: str
    command: tuple[str, ...]
    modules: Path
    data: Path
    warning: str = ""
    """Set when it is accepted though it is too old."""


@dataclass(frozen=True)
class Machine:
    """How Debian names this processor: the folder of its libraries and the loader in it."""

    name: str
    triplet: str
    loader: str


MACHINES = {
    "x86_64": Machine("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": Machine("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


def ensure_asterisk(settings: Settings, progress: Progress) -> Installation:
    """The Asterisk that ``settings.asterisk`` asks for, fetched if need be (half a minute, 290 MB). Raises PbxError."""
    if settings.asterisk == "external":
        raise PbxError("asterisk: external is run by somebody else; there is nothing to start here")
    if settings.asterisk in ("auto", "installed"):
        here = installed(settings)
        if isinstance(here, Installation):
            return here
        if settings.asterisk == "installed":
            raise PbxError(here)
    return embedded(settings, progress)


def found(settings: Settings) -> Installation | str:
    """The Asterisk that ``ensure_asterisk`` would take without fetching one, or why there is none. Raises PbxError."""
    if settings.asterisk != "embedded":
        here = installed(settings)
        if isinstance(here, Installation) or settings.asterisk == "installed":
            return here
    return _cached(settings.asterisk_cache) or f"there is none in {settings.asterisk_cache} yet; the next start fetches it"


def somebody_elses() -> Installation:
    """The host's Asterisk as its distribution lays it out, whatever its version; for one that we do not start."""
    return Installation("", ("asterisk",), *(_host_folders() or (Path("/usr/lib/asterisk/modules"), Path("/usr/share/asterisk"))))


def installed(settings: Settings) -> Installation | str:
    """The host's own Asterisk, or why it is not used."""
    program = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        return "no Asterisk is installed; the setting asterisk=auto fetches one"
    try:
        version = version_of((program,))
    except PbxError as wrong:
        return str(wrong)
    verdict = judge(version)
    if verdict and not (settings.asterisk_old_ok and number(version) >= (20,)):
        return f"the installed Asterisk {version} is not used: {verdict}"
    laid = _host_folders()
    if laid is None:
        return f"the installed Asterisk {version} is not used: its modules or sounds are not where Debian puts them"
    return Installation(version, (program,), *laid, verdict and f"Asterisk {version} is accepted by asterisk_old_ok: {verdict}")


def _host_folders() -> tuple[Path, Path] | None:
    """Modules and sounds of the host's Asterisk."""
    libraries = (Path("/usr/lib") / machine().triplet, Path("/usr/lib"), Path("/usr/lib64"))
    modules = next((folder for one in libraries if (folder := one / "asterisk/modules").is_dir()), None)
    data = next((folder for folder in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")) if (folder / "sounds").is_dir()), None)
    return (modules, data) if modules and data else None


def number(version: str) -> tuple[int, ...]:
    """(22, 10, 1) of "22.10.1~dfsg+…"; () when it does not begin with a number."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def judge(version: str) -> str:
    """Why this version should not be used; empty when it may."""
    has = number(version)
    floor = FLOOR.get(has[0] if has else 0)
    if floor:
        return "" if has >= floor else f"below the security floor {'.'.join(map(str, floor))}"
    if has and has[0] > max(FLOOR):
        return ""
    return f"branch {has[0] if has else '?'} is without a long-term or current security release (20, 22, 23)"


def version_of(command: tuple[str, ...]) -> str:
    """What ``asterisk -V`` says, without its first word. Raises PbxError when it does not run."""
    try:
        said = subprocess.run([*command, "-V"], capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError) as wrong:
        raise PbxError(f"{command[-1]} does not run: {wrong}") from wrong
    return said.removeprefix("Asterisk").strip()


def machine() -> Machine:
    known = MACHINES.get(platform.machine())
    if known is None:
        raise PbxError(f"no embedded Asterisk for {platform.machine()}; install Asterisk >= 22.10.1 and set asterisk=installed")
    return known


def embedded(settings: Settings, progress: Progress) -> Installation:
    """The newest unpacked Asterisk in the cache; one is fetched when there is none. Two at once wait for each other."""
    cache = settings.asterisk_cache
    with _locked(cache, progress):
        kept = _cached(cache)
        if kept is None:
            _fetch(cache, progress)
            kept = _cached(cache)
    if kept is None:
        raise PbxError(f"{cache}: Asterisk was fetched but is too old or does not run; set asterisk=installed or external")
    return kept


@contextmanager
def _locked(cache: Path, progress: Progress) -> Iterator[None]:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise PbxError(f"the folder {cache} cannot be made ({wrong.strerror}); the setting asterisk_cache chooses another") from wrong
    with (cache / "asterisk.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another process fetches Asterisk; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cached(cache: Path) -> Installation | None:
    roots = sorted(cache.glob(f"asterisk-[0-9]*-{machine().name}"), key=lambda root: number(root.name.split("-")[1]))
    kept = (unpacked(root) for root in reversed(roots))
    return next((one for one in kept if not judge(one.version)), None)


def unpacked(root: Path) -> Installation:
    """An Asterisk in a folder of its own, run beside the host's libraries by its own loader."""
    libraries = root / "usr/lib" / machine().triplet
    command = (str(libraries / machine().loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
    return Installation(version_of(command), command, libraries / "asterisk/modules", root / "usr/share/asterisk")


def _fetch(cache: Path, progress: Progress) -> None:
    """Unpack Debian's packages beside their place and move them there in one step, so that a killed attempt leaves nothing half done."""
    _need_mmdebstrap(progress)
    for left in cache.glob(".fetching-*"):
        shutil.rmtree(left)
    root = cache / f".fetching-{os.getpid()}"
    wrong = _mmdebstrap(root, progress)
    if "expired" in wrong:
        progress("the mirror's list of packages has expired; trying again without its date (signatures stay checked)")
        shutil.rmtree(root, ignore_errors=True)
        wrong = _mmdebstrap(root, progress, '--aptopt=Acquire::Check-Valid-Until "false"')
    if wrong:
        shutil.rmtree(root, ignore_errors=True)
        raise PbxError(f"Asterisk could not be fetched:\n{wrong}")
    (root / "usr/share/asterisk/sounds/en").symlink_to("en_US_f_Allison")
    version = ".".join(map(str, number(unpacked(root).version)))
    root.rename(cache / f"asterisk-{version}-{machine().name}")


def _mmdebstrap(root: Path, progress: Progress, *options: str) -> str:
    """Run it, telling each of its steps; empty on success, else the end of what it said."""
    command = ["mmdebstrap", "--variant=extract", f"--mode={'root' if os.geteuid() == 0 else 'chrootless'}", f"--include={PACKAGES}"]
    command += ['--aptopt=APT::Install-Recommends "false"', *options, SUITE, str(root), *_sources()]
    said: list[str] = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        for line in running.stderr or ():
            said.append(line.strip())
            if line.startswith("I: "):
                progress(f"Asterisk: {line.removeprefix('I: ').strip()}")
    return "" if running.returncode == 0 else "\n".join(said[-12:])


def _sources() -> list[str]:
    """The line for apt that takes the host's own Debian mirror; nothing on another distribution: mmdebstrap knows a public one."""
    release = platform.freedesktop_os_release()
    if release.get("ID") != "debian":
        return []
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(REPO_URI)", "Identifier: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    wanted = (release.get("VERSION_CODENAME", ""), "main")
    mirror = next(
        (
            uri
            for suite, component, uri in (line.split() for line in listed.splitlines() if line.count(" ") == 2)
            if (suite, component) == wanted
        ),
        "",
    )
    return [f"deb {mirror} {SUITE} main"] if mirror else []


def _need_mmdebstrap(progress: Progress) -> None:
    """Install what fetches Asterisk, if we may; else raise PbxError with the line that does."""
    packages = ["mmdebstrap"] if platform.freedesktop_os_release().get("ID") == "debian" else ["mmdebstrap", "debian-archive-keyring"]
    missing = [name for name in packages if not _have(name)]
    if not missing:
        return
    line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0:
        raise PbxError(f"to fetch Asterisk, run once: sudo {line}")
    progress(f"installing {' and '.join(missing)}")
    for command in (["apt-get", "update", "-q"], line.split()):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        if done.returncode and command[1] == "install":
            raise PbxError(f"{line} failed:\n{done.stderr[-1000:]}")


def _have(package: str) -> bool:
    return (
        Path("/usr/share/keyrings/debian-archive-keyring.gpg").exists()
        if package.endswith("keyring")
        else shutil.which(package) is not None
    )
